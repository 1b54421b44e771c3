//! Keys of mappings: what may be one, those that occur twice, and those that `<<` brings in.

use std::collections::{HashMap, HashSet};

use super::{Builder, Stop, offset, shorten};
use crate::source::tree::written_text;
use crate::source::{Content, Entry, NodeId, Problem, ScalarStyle};

/// Mappings up to this size are searched for repeated keys pair by pair, larger ones with a hash table.
const SMALL_MAPPING: usize = 16;

impl Builder<'_> {
    /// The entries of a mapping from its keys and values by turns.
    pub(super) fn mapping(&mut self, children: &[NodeId]) -> (Content, Result<(), Stop>) {
        let first = self.sources.entries.len();
        let mut merges = Vec::new();
        let mut fingerprints = Fingerprints::default();
        for pair in children.chunks_exact(2) {
            let &[key, value] = pair else { continue };
            match self.key_text(key) {
                Some("<<") if self.is_plain(key) => merges.push((key, value)),
                Some(text) => {
                    fingerprints.add(text);
                    self.sources.entries.push(Entry { key, value, merged_at: None });
                }
                None => self.report_key(key),
            }
        }
        if fingerprints.may_repeat {
            self.drop_duplicates(first);
        }
        let outcome = if merges.is_empty() { Ok(()) } else { self.merge(first, &merges) };
        let content = Content::Mapping { first: offset(first), len: offset(self.sources.entries.len() - first) };
        (content, outcome)
    }

    fn report_key(&mut self, key: NodeId) {
        let message = format!("a key must be text, but this is {}", self.describe(key));
        let problem = Problem::error("non-scalar-key", self.place(self.span_of(key)), message);
        self.report(problem);
    }

    /// Reports keys that occur again in the entries from `first` on and drops those entries: the first one counts.
    fn drop_duplicates(&mut self, first: usize) {
        let duplicates = self.duplicates(first);
        for &(later, earlier) in &duplicates {
            let entries = &self.sources.entries;
            let (Some(later_entry), Some(earlier_entry)) = (entries.get(later), entries.get(earlier)) else {
                continue;
            };
            let problem = self.duplicate_key(later_entry.key, earlier_entry.key);
            self.report(problem);
        }
        if !duplicates.is_empty() {
            let dropped: HashSet<usize> = duplicates.iter().map(|(later, _)| *later).collect();
            let kept: Vec<Entry> = (first..)
                .zip(self.sources.entries.drain(first..))
                .filter(|(index, _)| !dropped.contains(index))
                .map(|(_, entry)| entry)
                .collect();
            self.sources.entries.extend(kept);
        }
    }

    fn duplicate_key(&self, later: NodeId, earlier: NodeId) -> Problem {
        let key = shorten(self.key_text(later).unwrap_or(""));
        Problem::error(
            "duplicate-key",
            self.place(self.span_of(later)),
            format!("the key `{key}` is given twice in one mapping"),
        )
        .label("again here")
        .related(self.place(self.span_of(earlier)), "first here")
    }

    /// Pairs of indices of entries with the same key: the later one and the first one.
    fn duplicates(&self, first: usize) -> Vec<(usize, usize)> {
        let entries = self.sources.entries.get(first..).unwrap_or(&[]);
        let mut seen = HashMap::with_capacity(entries.len());
        let mut duplicates = Vec::new();
        for (index, entry) in (first..).zip(entries) {
            let key = self.key_text(entry.key).unwrap_or("");
            let earlier = *seen.entry(key).or_insert(index);
            if earlier != index {
                duplicates.push((index, earlier));
            }
        }
        duplicates
    }

    /// Brings in the entries behind `<<`: those written in the mapping win, then those of the mapping named first.
    fn merge(&mut self, first: usize, merges: &[(NodeId, NodeId)]) -> Result<(), Stop> {
        self.has_links = true;
        if let [(earlier, _), rest @ ..] = merges {
            for (later, _) in rest {
                let problem =
                    self.duplicate_key(*later, *earlier).help("merge several mappings with a list: `<<: [*one, *two]`");
                self.report(problem);
            }
        }
        let mut uses = Vec::new();
        for (_, value) in merges {
            self.merge_uses(*value, &mut uses);
        }
        for use_ in &uses {
            // An alias has been counted where it was read.
            let count = self.sources.entries(*use_).len() as u64;
            if !matches!(self.sources.node(*use_).content, Content::Alias(_)) {
                self.spend(count, self.span_of(*use_))?;
            }
        }
        let merged = self.merged_entries(first, &uses);
        self.sources.entries.extend(merged);
        Ok(())
    }

    fn merged_entries(&self, first: usize, uses: &[NodeId]) -> Vec<Entry> {
        let written = self.sources.entries.get(first..).unwrap_or(&[]);
        let mut seen: HashSet<&str> = written.iter().filter_map(|entry| self.key_text(entry.key)).collect();
        let mut merged = Vec::new();
        for use_ in uses {
            for entry in self.sources.entries(*use_) {
                if seen.insert(self.key_text(entry.key).unwrap_or("")) {
                    merged.push(Entry { merged_at: Some(*use_), ..*entry });
                }
            }
        }
        merged
    }

    /// The nodes under `<<` that stand for a mapping.
    fn merge_uses(&mut self, value: NodeId, uses: &mut Vec<NodeId>) {
        let target = self.sources.resolve(value);
        match self.sources.node(target).content {
            Content::Mapping { .. } => uses.push(value),
            Content::Sequence { .. } => {
                for item in self.sources.items(target).to_vec() {
                    let content = self.sources.node(self.sources.resolve(item)).content;
                    if matches!(content, Content::Mapping { .. }) {
                        uses.push(item);
                    } else {
                        self.report_merge(item);
                    }
                }
            }
            _ => self.report_merge(value),
        }
    }

    fn report_merge(&mut self, value: NodeId) {
        let span = self.span_of(value);
        let broken_alias =
            matches!(self.sources.node(value).content, Content::Null) && self.written(span).starts_with('*');
        // What is wrong with a broken alias has been said already.
        if !broken_alias {
            let message = format!("`<<` brings in the entries of mappings, but this is {}", self.describe(value));
            let problem = Problem::error("merge-value", self.place(span), message)
                .help("name an anchored mapping, `<<: *name`, or several, `<<: [*one, *two]`");
            self.report(problem);
        }
    }

    /// The text of a key, `None` for what cannot be one. An alias is followed.
    fn key_text(&self, key: NodeId) -> Option<&str> {
        let node = self.sources.node(self.sources.resolve(key));
        match node.content {
            Content::Scalar { decoded: Some(index), .. } => self.sources.decoded.get(index),
            Content::Scalar { decoded: None, style } => Some(written_text(self.written(node.span), style)),
            _ => None,
        }
    }

    /// As `Sources::describe`, which does not know the file yet.
    fn describe(&self, id: NodeId) -> &'static str {
        match self.sources.node(self.sources.resolve(id)).content {
            Content::Scalar { .. } => "text",
            _ => self.sources.describe(id),
        }
    }

    fn is_plain(&self, id: NodeId) -> bool {
        matches!(self.sources.node(id).content, Content::Scalar { style: ScalarStyle::Plain, .. })
    }
}

/// Tells cheaply that the keys of a small mapping all differ, which spares most mappings a hash table.
#[derive(Default)]
struct Fingerprints {
    seen: [u64; SMALL_MAPPING],
    count: usize,
    /// Whether two keys look alike, or there were too many to tell.
    may_repeat: bool,
}

impl Fingerprints {
    fn add(&mut self, key: &str) {
        let print = fingerprint(key.as_bytes());
        let seen = self.seen.get(..self.count).unwrap_or(&[]);
        self.may_repeat |= seen.contains(&print);
        match self.seen.get_mut(self.count) {
            Some(slot) => {
                *slot = print;
                self.count += 1;
            }
            None => self.may_repeat = true,
        }
    }
}

/// A word that equal keys share and different ones hardly ever: from the length, the first and the last bytes.
fn fingerprint(key: &[u8]) -> u64 {
    let ends = match (key.first_chunk(), key.last_chunk()) {
        (Some(first), Some(last)) => u64::from_le_bytes(*first) ^ u64::from_le_bytes(*last).rotate_left(21),
        _ => key.iter().fold(0, |sum: u64, byte| sum << 8 | u64::from(*byte)),
    };
    ends ^ (key.len() as u64) << 56
}
