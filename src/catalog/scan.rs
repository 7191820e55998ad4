//! Which bots there are: below a bots folder, or for the paths of a command.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    directories::Directories,
    folder::{self, Folder},
    listing::{self, Entry, Shape},
};
use crate::{
    diagnostic::{Place, Problems, escape_name},
    flow::compile::is_key,
    id::BotKey,
};

/// No bots are to be had from a path.
#[derive(Debug, thiserror::Error)]
pub enum PathError {
    /// There is nothing of this name.
    #[error("there is no {}", escape_name(.0.as_os_str()))]
    Missing(PathBuf),
    /// It is there, but it is no bot, and there is none in or around it.
    #[error("there is no bot in {}: a bot is a folder with a bot.yaml", escape_name(.0.as_os_str()))]
    NoBot(PathBuf),
    /// It cannot be read.
    #[error("{} cannot be read: {}", escape_name(.path.as_os_str()), listing::reason(source))]
    Unreadable {
        /// What.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// A bots folder as it stands at one moment.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Scan {
    pub bots: BTreeMap<BotKey, Folder>,
    pub directories: Directories,
}

/// Reads all bots of a bots folder. One that cannot be entered is a bot of which nothing is known but that: it is not gone.
pub(super) fn scan(dir: &Path) -> io::Result<Scan> {
    let mut scan = Scan::default();
    scan.directories.add(dir);
    scan.directories.add_links(dir);
    for entry in listing::entries(dir, usize::MAX)?.0 {
        if entry.is_link() {
            scan.directories.add_links(&entry.path);
        }
        if let Some(bot) = bot_at(&entry, &mut scan.directories) {
            scan.bots.insert(entry.name.as_str().into(), bot);
        }
    }
    tell_of_case(&mut scan.bots);
    Ok(scan)
}

fn bot_at(entry: &Entry, directories: &mut Directories) -> Option<Folder> {
    let path = &entry.path;
    let is_bot = match entry.shape() {
        Ok(Some(Shape::Folder)) => {
            directories.add(path);
            folder::is_bot(path).map(|is_bot| is_bot || folder::is_almost_bot(path))
        }
        Ok(_) => Ok(false),
        Err(error) => Err(error),
    };
    match is_bot {
        Ok(is_bot) => is_bot.then(|| folder::read(path, &entry.name, &shown(path), directories)),
        // what cannot be the key of a bot holds none: lost+found, which only root may enter
        Err(error) => is_key(&entry.name).then(|| Folder::closed(&entry.name, &shown(path), &error)),
    }
}

/// On some file systems two such folders would be one, and in many places one would be taken for the other.
fn tell_of_case(bots: &mut BTreeMap<BotKey, Folder>) {
    let mut folded: BTreeMap<String, Vec<BotKey>> = BTreeMap::new();
    for key in bots.keys() {
        folded.entry(key.to_lowercase()).or_default().push(key.clone());
    }
    for alike in folded.values().filter(|alike| alike.len() > 1) {
        for (ix, key) in alike.iter().enumerate() {
            let other = &alike[usize::from(ix == 0)];
            let first = Place::start_of(&bots[other].files.shown("bot.yaml"));
            let Some(folder) = bots.get_mut(key) else { continue };
            let mut problems = Problems::default();
            problems.differs_in_case(Place::start_of(&folder.files.shown("bot.yaml")), "bot", key, other, first);
            folder.problems.extend(problems.into_sorted());
        }
    }
}

/// Reads the bots that paths name: a bots folder, one bot, or files (then the bots they belong to). Each bot comes once, by key.
pub fn read(paths: &[PathBuf]) -> Result<Vec<Folder>, PathError> {
    let mut bots: BTreeMap<(String, PathBuf), Folder> = BTreeMap::new();
    for path in paths {
        for (place, folder) in read_path(path)? {
            let real = place.canonicalize().unwrap_or(place);
            bots.entry((folder.files.key.to_string(), real)).or_insert(folder);
        }
    }
    Ok(bots.into_values().collect())
}

/// The bots that a path names, each with its folder.
fn read_path(path: &Path) -> Result<Vec<(PathBuf, Folder)>, PathError> {
    let unreadable = |source| PathError::Unreadable { path: path.to_owned(), source };
    let meta = fs::metadata(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound if !path.is_symlink() => PathError::Missing(path.to_owned()),
        _ => unreadable(error),
    })?;
    if meta.is_dir() && !folder::is_bot(path).map_err(unreadable)? {
        let scan = scan(path).map_err(unreadable)?;
        if !scan.bots.is_empty() {
            return Ok(scan.bots.into_values().map(|folder| (path.join(folder.files.key.as_str()), folder)).collect());
        }
    }
    let lost = || PathError::NoBot(path.to_owned());
    let bot = holder(path).or_else(|| holder(&path.canonicalize().ok()?)).or_else(|| half_made(path)).ok_or_else(lost)?;
    let named = if bot.file_name().is_some() { bot.clone() } else { bot.canonicalize().map_err(unreadable)? };
    let key = escape_name(named.file_name().ok_or_else(lost)?);
    let folder = folder::read(&bot, &key, &shown(&bot), &mut Directories::default());
    Ok(vec![(bot, folder)])
}

/// The bot's folder that a path is or lies in.
fn holder(path: &Path) -> Option<PathBuf> {
    let here = |path: &Path| if path.as_os_str().is_empty() { PathBuf::from(".") } else { path.to_owned() };
    path.ancestors().map(here).find(|dir| folder::is_bot(dir).unwrap_or(false))
}

/// A folder that lacks nothing of a bot but its bot.yaml.
fn half_made(path: &Path) -> Option<PathBuf> {
    (path.join("sequences").is_dir() || folder::is_almost_bot(path)).then(|| path.to_owned())
}

/// How diagnostics call a folder: as it was given.
fn shown(path: &Path) -> String {
    let text = escape_name(path.as_os_str());
    let text = text.strip_prefix("./").unwrap_or(&text).trim_end_matches('/');
    if text == "." { String::new() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn bots() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for bot in ["clinic", "shop"] {
            fs::create_dir_all(dir.path().join(bot).join("sequences/deep")).unwrap();
            fs::write(dir.path().join(bot).join("bot.yaml"), "x").unwrap();
            fs::write(dir.path().join(bot).join("sequences/deep/a.yaml"), "x").unwrap();
        }
        fs::create_dir(dir.path().join("notes")).unwrap();
        dir
    }

    fn keys(dir: &tempfile::TempDir, paths: &[&str]) -> Result<String, PathError> {
        let paths: Vec<PathBuf> = paths.iter().map(|path| dir.path().join(path)).collect();
        Ok(read(&paths)?.iter().map(|folder| folder.files.key.to_string()).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn a_path_is_the_bots_folder_one_bot_or_anything_in_it() {
        let dir = bots();
        for (paths, expected) in [
            (&[""] as &[&str], "clinic shop"),
            (&["shop"], "shop"),
            (&["shop/bot.yaml"], "shop"),
            (&["shop/sequences"], "shop"),
            (&["shop/sequences/deep/a.yaml", "shop/bot.yaml", "clinic/../shop"], "shop"),
            (&["shop/bot.yaml", "clinic"], "clinic shop"),
        ] {
            assert_eq!(keys(&dir, paths).unwrap(), expected, "{paths:?}");
        }
    }

    #[test]
    fn a_path_without_a_bot_says_so() {
        let dir = bots();
        assert!(keys(&dir, &["shoop"]).unwrap_err().to_string().ends_with("/shoop"));
        assert!(keys(&dir, &["notes"]).unwrap_err().to_string().contains("there is no bot in"));
        fs::create_dir(dir.path().join("notes/sequences")).unwrap();
        assert_eq!(keys(&dir, &["notes"]).unwrap(), "notes", "a bot that lacks its bot.yaml is told what is missing");
    }

    #[test]
    fn files_are_called_as_the_path_was_given() {
        let dir = bots();
        let folder = &read(&[dir.path().join("./shop/")]).unwrap()[0];
        assert!(folder.files.shown("bot.yaml").ends_with("/shop/bot.yaml"));
        assert_eq!(folder.files.contents.keys().collect::<Vec<_>>(), ["bot.yaml", "sequences/deep/a.yaml"]);
        assert_eq!((shown(Path::new("./bots/shop/")), shown(Path::new("."))), ("bots/shop".to_owned(), String::new()));
    }
}
