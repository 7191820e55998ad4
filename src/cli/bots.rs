//! The bots that the paths of a command name, loaded as `serve` loads them.

use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;

use super::trouble::Trouble;
use crate::{
    catalog::{self, Loaded, PathError},
    diagnostic::{Problems, escape_name},
    scenario,
};

/// Loads the bots of these paths, in the order of their keys, and looks at their tests without running them.
pub(super) fn load(paths: &[PathBuf]) -> Result<Vec<Loaded>, Trouble> {
    let folders = catalog::read(paths).map_err(|error| trouble(&error))?;
    let progress = progress("checking", folders.len());
    let bots = folders.into_par_iter().map(|folder| with_tests(catalog::load(folder))).inspect(|_| progress.inc(1)).collect();
    progress.finish_and_clear();
    Ok(bots)
}

/// Adds what can be known of the tests of a bot that compiles.
fn with_tests(mut bot: Loaded) -> Loaded {
    let mut problems = Problems::default();
    if let Some(compiled) = &bot.bot {
        scenario::check(compiled, &bot.tests, &mut problems);
    }
    bot.diagnostics.extend(problems.into_sorted());
    bot
}

fn trouble(error: &PathError) -> Trouble {
    let message = match error {
        PathError::Missing(path) => format!("there is no file or folder {}", escape_name(path.as_os_str())),
        PathError::NoBot(_) => error.to_string(),
        PathError::Unreadable { .. } => return Trouble::new(error.to_string()),
    };
    Trouble::new(message).help("name the folder with the bots, one bot, or files of bots; without a path it is the folder bots")
}

/// Fewer bots than this are done before anybody could read how far it has come.
const LONG_BOTS_MIN: usize = 20;

/// How far long work has come: on stderr, if that is a terminal.
pub(super) fn progress(verb: &'static str, bots: usize) -> ProgressBar {
    if bots < LONG_BOTS_MIN {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{prefix} {wide_bar} {pos}/{len}").expect("the template is written here and has a test");
    ProgressBar::new(bots as u64).with_style(style).with_prefix(verb)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_long_work_shows_how_far_it_has_come() {
        assert_eq!(progress("checking", LONG_BOTS_MIN - 1).length(), None);
        assert_eq!(progress("checking", LONG_BOTS_MIN).length(), Some(20));
    }
}
