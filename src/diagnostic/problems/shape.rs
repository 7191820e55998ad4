//! Messages about the shape of a file.
