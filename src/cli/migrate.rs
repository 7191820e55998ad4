//! `flowgate migrate`: the tables of a database, brought up to date.

use super::{Outcome, output, trouble::Trouble, wait_for};
use crate::{
    settings::{DatabaseUrl, Migrate},
    store::{OpenError, Options, Store},
};

pub(super) fn run(settings: &Migrate) -> Result<Outcome, Trouble> {
    let ran = wait_for(migrate(&settings.database))??;
    output::show(&match ran {
        0 => "the database is up to date".into(),
        1 => "1 migration ran; the database is up to date".into(),
        n => format!("{n} migrations ran; the database is up to date"),
    })?;
    Ok(Outcome::Fine)
}

/// Runs what is missing; answers how many migrations that were.
async fn migrate(database: &DatabaseUrl) -> Result<usize, OpenError> {
    let missing = match open(database, false).await {
        Ok(()) => return Ok(0),
        Err(OpenError::Behind { missing }) => missing,
        Err(error) => return Err(error),
    };
    open(database, true).await.map(|()| missing)
}

async fn open(database: &DatabaseUrl, migrate: bool) -> Result<(), OpenError> {
    let store = Store::open(database.expose(), Options { migrate, ..Options::default() }).await?;
    store.close().await;
    Ok(())
}
