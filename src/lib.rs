//! Flowgate: conversational bots as code.
//!
//! A module names only modules in rows above its own; modules of one row are strangers to each other.
//! `tests/it/layers.rs` enforces this table.
//!
//! | row | modules |
//! | --- | --- |
//! | 1 | `id` `time` `settings` `diagnostic` `crash` |
//! | 2 | `yaml` `template` `outbound` |
//! | 3 | `language` |
//! | 4 | `flow` `key` |
//! | 5 | `graph` `integrations` `store` `accounts` |
//! | 6 | `check` |
//! | 7 | `catalog` `scenario` |
//! | 8 | `gateway` |
//! | 9 | `api` |
//! | 10 | `cli` |

pub mod crash;
pub mod id;
pub mod settings;
pub mod time;

pub mod diagnostic;

pub mod outbound;
pub mod template;
pub mod yaml;

pub mod language;

pub mod flow;
pub mod key;

pub mod accounts;
pub mod graph;
pub mod integrations;
pub mod store;

pub mod check;

pub mod catalog;
pub mod scenario;

pub mod gateway;

pub mod api;

pub mod cli;

#[cfg(test)]
#[path = "../tests/it/support/long.rs"]
#[expect(dead_code, reason = "other tests need the rest")]
mod long;
#[cfg(test)]
#[path = "../tests/it/support/patience.rs"]
#[expect(dead_code, reason = "other tests need the rest")]
mod patience;
