DROP TABLE ledger_span;
DROP TABLE ledger_root;
DROP TABLE ledger_entry;
DROP TABLE ledger_head;
