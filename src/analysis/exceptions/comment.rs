//! Exceptions in comments: `# isolint: ignore[rule, other] until=2027-01-31 reason=...`.

use super::{Date, ExceptedRule, Exception, Exceptions, IgnoredBy, Layout, Malformed, Scope, Until};
use crate::source::{Comment, FileId, Place, Sources, Span, did_you_mean};
use crate::topology::{Object, ObjectId, Topology};

const FORM: &str =
    "write `isolint: ignore[rule-name] until=2027-01-31 reason=...`; `until` and `reason` may be left out";

/// The exceptions in the comments of some files, which must have been read into the topology just now.
#[must_use]
pub fn comment_exceptions(sources: &Sources, topology: &Topology, files: &[FileId]) -> Exceptions {
    let mut found = Exceptions::default();
    let mut owners: Option<Owners> = None;
    for file in files {
        let mut blocks = None;
        for comment in sources.comments_of(*file) {
            let text = sources.slice(*file, comment.span);
            let Some(directive) = Directive::of(text) else { continue };
            let covered = sources.covered_by(comment, blocks.get_or_insert_with(|| sources.blocks(*file)));
            let owners = owners.get_or_insert_with(|| Owners::of(sources, topology));
            let owner = owners.nearest(topology, *file, owner_at(sources, comment, covered));
            let place = Place { file: *file, span: comment.span };
            match directive.read(place) {
                Ok((rules, until, reason, list)) => found.read.push(Exception {
                    by: IgnoredBy::Comment,
                    place,
                    rules,
                    scope: Scope::Bytes(Place { file: *file, span: covered }),
                    until,
                    reason,
                    owner,
                    layout: Layout::Comment { own_line: comment.own_line, list },
                }),
                Err(mistake) => found.malformed.push(Malformed {
                    by: IgnoredBy::Comment,
                    message: mistake.message,
                    place: mistake.place,
                    help: mistake.help,
                    owner,
                }),
            }
        }
    }
    found
}

/// The byte up to which the name of what a comment belongs to starts: that of what it covers, or its line.
fn owner_at(sources: &Sources, comment: Comment, covered: Span) -> u32 {
    if comment.own_line {
        return covered.start;
    }
    let Some(file) = sources.file(comment.file) else { return covered.start };
    let (_, end) = file.line_span(file.line_of(comment.span.start));
    u32::try_from(end).unwrap_or(u32::MAX)
}

/// Where the objects of a topology are named, in the order of their places.
struct Owners(Vec<(FileId, u32, ObjectId)>);

impl Owners {
    fn of(sources: &Sources, topology: &Topology) -> Self {
        let named = |(index, object): (u32, &Object)| {
            let place = object.head.is_somewhere().then(|| sources.place(object.head))?;
            Some((place.file, place.span.start, ObjectId(index)))
        };
        let mut owners: Vec<_> = (0..).zip(topology.objects()).filter_map(named).collect();
        owners.sort_unstable();
        Self(owners)
    }

    /// The address of the last object of a file that is named at or before a byte.
    fn nearest(&self, topology: &Topology, file: FileId, at: u32) -> String {
        let after = self.0.partition_point(|(of, start, _)| (*of, *start) <= (file, at));
        let found = after.checked_sub(1).and_then(|index| self.0.get(index)).filter(|(of, ..)| *of == file);
        found.map_or_else(|| "the file".to_owned(), |(.., object)| topology.address(*object))
    }
}

/// A comment that speaks to isolint.
struct Directive<'t> {
    /// The comment.
    text: &'t str,
    /// What stands behind `isolint:`; nothing where the colon is missing.
    said: Option<&'t str>,
}

/// What is wrong with a comment.
struct Mistake {
    message: String,
    place: Place,
    help: String,
}

type Parts = (Vec<ExceptedRule>, Option<Until>, Option<String>, Span);

impl<'t> Directive<'t> {
    /// The comment, if it is meant for isolint.
    fn of(text: &'t str) -> Option<Self> {
        let inner = text.trim_start_matches(['#', '/', '*']).trim_end_matches(['*', '/']).trim();
        let name = inner.get(.."isolint".len()).filter(|name| name.eq_ignore_ascii_case("isolint"))?;
        let rest = inner.get(name.len()..)?;
        match rest.trim_start().strip_prefix(':') {
            Some(said) => Some(Self { text, said: Some(said.trim()) }),
            None => {
                let word = rest.trim_start().split(|c: char| !c.is_alphanumeric()).next()?;
                (rest.starts_with([' ', '\t', '-']) && word.eq_ignore_ascii_case("ignore"))
                    .then_some(Self { text, said: None })
            }
        }
    }

    fn read(&self, comment: Place) -> Result<Parts, Mistake> {
        let place_of = |part: &str| self.place_of(comment, part);
        let wrong =
            |message: String, part: &str, help: &str| Mistake { message, place: place_of(part), help: help.to_owned() };
        let Some(said) = self.said else {
            return Err(wrong("`isolint` is not followed by a colon".to_owned(), self.text, FORM));
        };
        let word = said.split(|c: char| !(c.is_alphanumeric() || c == '-')).next().unwrap_or("");
        if word != "ignore" {
            let shown = if word.is_empty() { said } else { word };
            let near = did_you_mean(word, ["ignore"]).map_or(FORM, |_| "did you mean `ignore`?");
            return Err(wrong(format!("`{shown}` is nothing that isolint can be told in a comment"), said, near));
        }
        let rest = said.get(word.len()..).unwrap_or("").trim_start();
        let Some((list, behind)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) else {
            let message = if rest.starts_with('[') {
                "the bracket behind `ignore` is not closed"
            } else {
                "`ignore` names no rule"
            };
            return Err(wrong(message.to_owned(), said, FORM));
        };
        let mut rules = Vec::new();
        for name in list.split(',').map(str::trim) {
            if name.is_empty() {
                return Err(wrong("a rule is missing between the brackets".to_owned(), said, FORM));
            }
            if name.contains('*') {
                return Err(wrong(format!("`{name}` is no name: a comment names each rule"), name, FORM));
            }
            rules.push(ExceptedRule { name: name.to_owned(), place: place_of(name) });
        }
        let (until, reason) = self.settings(comment, behind)?;
        Ok((rules, until, reason, place_of(list).span))
    }

    /// `until=2027-01-31 reason=...`: a reason without quotes goes on to the end, or to the next of these words.
    fn settings(&self, comment: Place, behind: &'t str) -> Result<(Option<Until>, Option<String>), Mistake> {
        let (mut until, mut reason) = (None, None);
        let mut rest = behind.trim();
        while !rest.is_empty() {
            let wrong = |message: String, part: &str, help: &str| Mistake {
                message,
                place: self.place_of(comment, part),
                help: help.to_owned(),
            };
            let word = rest.split_whitespace().next().unwrap_or(rest);
            let key = word.split('=').next().unwrap_or(word);
            if !word.contains('=') || !["until", "reason"].contains(&key) {
                let near = did_you_mean(key, ["until", "reason"]).map(|near| format!("did you mean `{near}=`?"));
                let help = near.as_deref().unwrap_or(FORM);
                return Err(wrong(format!("`{word}` is neither `until=` nor `reason=`"), word, help));
            }
            if (key == "until" && until.is_some()) || (key == "reason" && reason.is_some()) {
                return Err(wrong(format!("`{key}` is said twice"), word, FORM));
            }
            let value = rest.get(key.len() + 1..).unwrap_or("");
            if key == "until" {
                let text =
                    value.split_whitespace().next().filter(|_| !value.starts_with(char::is_whitespace)).unwrap_or("");
                let Some(date) = Date::parse(text) else {
                    return Err(wrong(
                        format!("`{text}` is no date"),
                        word,
                        "write the last day as `until=2027-01-31`",
                    ));
                };
                until = Some(Until { date, place: self.place_of(comment, word) });
                rest = value.get(text.len()..).unwrap_or("").trim_start();
            } else {
                let (text, behind) = reason_in(value)
                    .ok_or_else(|| wrong("the quote of the reason is not closed".to_owned(), rest, FORM))?;
                if text.is_empty() {
                    return Err(wrong("the reason is empty".to_owned(), word, "say why, or leave `reason=` out"));
                }
                reason = Some(text.to_owned());
                rest = behind.trim_start();
            }
        }
        Ok((until, reason))
    }

    /// The place of a part of the text.
    fn place_of(&self, comment: Place, part: &str) -> Place {
        let start = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize).min(self.text.len());
        let offset = |bytes: usize| comment.span.start + u32::try_from(bytes).unwrap_or(0);
        Place { file: comment.file, span: Span::new(offset(start), offset((start + part.len()).min(self.text.len()))) }
    }
}

/// A reason, and what stands behind it.
fn reason_in(value: &str) -> Option<(&str, &str)> {
    if let Some(quoted) = value.strip_prefix('"') {
        let (text, behind) = quoted.split_once('"')?;
        return Some((text.trim(), behind));
    }
    let end = [" until=", "\tuntil=", " reason=", "\treason="].iter().filter_map(|next| value.find(next)).min();
    let (text, behind) = value.split_at(end.unwrap_or(value.len()));
    Some((text.trim(), behind))
}
