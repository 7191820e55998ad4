//! Renderers of diagnostics: text for people, json, github, sarif and junit for machines. They make text; they never print.
