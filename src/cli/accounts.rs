//! The operator's file of accounts, read at the start.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use super::trouble::Trouble;
use crate::{
    accounts::Accounts,
    diagnostic::{Problems, escape_name, render},
};

/// The accounts of a file; everything that is wrong with it at once.
pub(super) fn read(path: &Path) -> Result<Accounts, Trouble> {
    let bytes = fs::read(path).map_err(|error| {
        let trouble = Trouble::new(format!("cannot read the accounts file {}: {error}", escape_name(path.as_os_str())));
        trouble.help("name the file with --accounts; without that every account may use everything")
    })?;
    let (file, mut problems): (Arc<str>, _) = (escape_name(path.as_os_str()).into(), Problems::default());
    Accounts::read(&file, &bytes, &mut problems).ok_or_else(|| {
        let sources = BTreeMap::from([(file.clone(), Arc::from(String::from_utf8_lossy(&bytes)))]);
        Trouble::new(format!(
            "the accounts file {file} cannot be used\n\n{}",
            render::text(&problems.into_sorted(), &sources, false).trim_end()
        ))
    })
}
