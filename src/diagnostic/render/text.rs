//! For people: message, place, the source line with a caret, related places, help.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str, renderer::DecorStyle};

use super::{sorted, summary};
use crate::diagnostic::{Diagnostic, Place, Severity, Sources};

/// All diagnostics as an author reads them, with a last line that counts them; empty if there are none.
#[must_use]
pub fn text(diagnostics: &[Diagnostic], sources: &Sources, colour: bool) -> String {
    if diagnostics.is_empty() {
        return String::new();
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() }.decor_style(DecorStyle::Ascii);
    let mut out = String::new();
    for diagnostic in sorted(diagnostics) {
        out.push_str(&renderer.render(&report(diagnostic, sources)));
        out.push_str("\n\n");
    }
    out + &summary(diagnostics) + "\n"
}

fn report<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Vec<Group<'a>> {
    let title = level(diagnostic.severity).primary_title(&diagnostic.message).id(diagnostic.code);
    let mut groups = vec![at(Group::with_title(title), &diagnostic.place, sources)];
    for (place, words) in &diagnostic.related {
        let title = Level::NOTE.secondary_title(normalize_untrusted_str(words));
        groups.push(at(Group::with_title(title), place, sources));
    }
    if let Some(help) = &diagnostic.help {
        groups.push(Group::with_title(Level::HELP.secondary_title(normalize_untrusted_str(help))));
    }
    groups
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Hint => Level::INFO.with_name("hint"),
    }
}

/// Adds the line of a place; of a file that is not known, only its name and numbers.
fn at<'a>(group: Group<'a>, place: &'a Place, sources: &'a Sources) -> Group<'a> {
    let Some((line, start, end)) = sources.get(&place.file).and_then(|text| line(text, place)) else {
        return group.element(Origin::path(&*place.file).line(place.line as usize).char_column(place.column as usize));
    };
    let snippet = Snippet::source(line).line_start(place.line as usize).path(&*place.file);
    group.element(snippet.annotation(AnnotationKind::Primary.span(start..end)))
}

/// The line in which a place begins, and the part of it that the place covers.
fn line<'a>(text: &'a str, place: &Place) -> Option<(&'a str, usize, usize)> {
    let from = text.get(..place.start)?.rfind('\n').map_or(0, |i| i + 1);
    let line = text[from..].split('\n').next()?.trim_end_matches('\r');
    let mark = line.len() - line.trim_start_matches('\u{FEFF}').len();
    let within = |byte: usize| byte.saturating_sub(from).clamp(mark, line.len()) - mark;
    let (start, end) = (within(place.start), within(place.end.max(place.start)));
    Some((&line[mark..], start, end)).filter(|(line, start, end)| line.is_char_boundary(*start) && line.is_char_boundary(*end))
}
