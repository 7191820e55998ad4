//! A JSON Schema on a file.
