-- PostgreSQL keeps rows in the order they come already.
SELECT 1;
