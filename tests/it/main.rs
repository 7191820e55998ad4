//! Tests from outside of the library, in one binary.

mod reload;
