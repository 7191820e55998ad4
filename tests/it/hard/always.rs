//! always
