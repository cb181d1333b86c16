//! The program `credence`.

fn main() {}
