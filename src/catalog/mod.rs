//! Folder to compiled snapshot; last good kept; watch; versions. Runs no flow.
