//! Diesel: connections, rows, queries, migrations, committing turns. Decides nothing.
