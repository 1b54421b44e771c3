//! YAML into the located tree, on the events of granit-parser.
//!
//! The only module that knows the parser. Its events give exact bytes for scalars and brackets; where they do not say
//! what the tree wants (the dash of a list, the colon before a missing value, the `|` of a block scalar), the few
//! bytes since the last event are looked at again.

mod gap;
mod pieces;
mod syntax;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};

use granit_parser::{Event, Marker, Parser, StrInput, StructureStyle, Tag};

use self::pieces::Cutting;
use super::builder::{Builder, Shape, Stop, offset, shorten};
use super::scalar::is_null_word;
use super::{
    Comment, Content, FileId, NodeId, Problem, ScalarStyle, Severity, SourceFile, Sources, Span, did_you_mean,
};

/// Bounds on one file: input is hostile.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Largest file, in bytes.
    pub bytes: usize,
    /// Deepest nesting of collections.
    pub depth: usize,
    /// Largest number of nodes that aliases and merge keys may stand for, counted with repetition.
    pub alias_nodes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 512 * 1024 * 1024, depth: 128, alias_nodes: 1_000_000 }
    }
}

impl Sources {
    /// Reads a YAML file of any number of documents. Returns the root of each, a null node for an empty one.
    /// What is wrong is added to `problems`; reading goes on after a syntax error with the next document where it can.
    ///
    /// A document with a syntax error has a root if anything was read of it; it holds what stands before the error.
    /// A file that is larger than the limit gets an id but no text and no roots.
    pub fn add_yaml(
        &mut self,
        name: &str,
        text: String,
        limits: &Limits,
        problems: &mut Vec<Problem>,
    ) -> (FileId, Vec<NodeId>) {
        let cutting = Cutting::of(&text);
        self.add_yaml_cut(name, text, limits, cutting, problems)
    }

    /// As `add_yaml`; a large file is read in pieces where that comes to the same.
    fn add_yaml_cut(
        &mut self,
        name: &str,
        text: String,
        limits: &Limits,
        cutting: Cutting,
        problems: &mut Vec<Problem>,
    ) -> (FileId, Vec<NodeId>) {
        let file = FileId(offset(self.files.len()));
        let first_node = offset(self.nodes.len());
        let text = if self.has_room(&text, limits) {
            text
        } else {
            problems.push(too_large(file, text.len(), limits));
            String::new()
        };
        let line_starts = line_starts(&text);
        self.reserve_for(&text);
        let (roots, mut comments) = match self.read_in_pieces(&text, &line_starts, limits, cutting) {
            Some((root, comments)) => (vec![root], comments),
            None => {
                let mut reader = Reader::new(self, &text, limits, problems);
                reader.read_documents();
                reader.finish()
            }
        };
        // The parser gives the comment after a `|` when it has read the block.
        comments.sort_by_key(|comment| comment.span.start);
        self.comments.append(&mut comments);
        self.files.push(SourceFile { name: name.to_owned(), text, first_node, line_starts });
        (file, roots)
    }

    /// Makes room for the values of a text. Room that is not used costs nothing, while moving a large tree does.
    pub(super) fn reserve_for(&mut self, text: &str) {
        self.nodes.reserve(text.len() / 8);
        self.parents.reserve(text.len() / 8);
        self.entries.reserve(text.len() / 20);
    }

    /// Whether offsets and node ids of one more file fit into 32 bits, and the file within its limit.
    pub(super) fn has_room(&self, text: &str, limits: &Limits) -> bool {
        // `[:,:]` has three nodes for every two bytes, and no text has more than twice its bytes.
        let most_nodes = text.len().saturating_mul(2).saturating_add(8);
        text.len() <= limits.bytes && u32::try_from(self.nodes.len().saturating_add(most_nodes)).is_ok()
    }
}

pub(super) fn too_large(file: FileId, bytes: usize, limits: &Limits) -> Problem {
    let place = super::Place { file, span: Span::default() };
    let message = if bytes > limits.bytes {
        format!("the file has {bytes} bytes, more than the {} that are read", limits.bytes)
    } else {
        format!("the file has {bytes} bytes, too much together with the other files")
    };
    Problem::error("too-large", place, message).severity(Severity::Fatal)
}

pub(super) fn line_starts(text: &str) -> Vec<u32> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(index, _)| offset(index + 1))).collect()
}

/// Turns events into calls of the builder.
struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    builder: Builder<'a>,
    text: &'a str,
    file: FileId,
    /// Where the last thing that is in the tree ended or, for a collection, started. Between it and the next event
    /// are only blanks, comments, indicators, anchors and tags.
    cursor: u32,
    comments: Vec<Comment>,
    /// The names of the anchors of this document so far.
    anchor_names: Vec<&'a str>,
}

impl<'a> Reader<'a> {
    /// A reader of the file that is to be added next, or of a piece of it, whose text is `text`.
    fn new(sources: &'a mut Sources, text: &'a str, limits: &'a Limits, problems: &'a mut Vec<Problem>) -> Self {
        let options = granit_parser::options! {
            emit_unresolved_aliases: true,
            emit_anchor_events: true,
            // Bounded by the size of the file; the default refuses a long comment before a key.
            max_buffered_comment_events: usize::MAX,
            // One more than is taken, so that it is said where the limit is passed. The parser looks far ahead in
            // brackets and needs limits of its own.
            flow_nesting_limit: limits.depth.saturating_add(1),
            block_nesting_limit: limits.depth.saturating_add(1),
        };
        Self {
            file: FileId(offset(sources.files.len())),
            builder: Builder::new(sources, text, limits, problems),
            parser: Parser::new_from_str_with_options(text, options),
            text,
            cursor: 0,
            comments: Vec::new(),
            anchor_names: Vec::new(),
        }
    }

    /// The roots of all documents, and all comments.
    fn finish(self) -> (Vec<NodeId>, Vec<Comment>) {
        (self.builder.finish(), self.comments)
    }

    /// Reads a text as long as it is well-formed and means the same by itself as within a larger one; says whether it
    /// is so to the end. Stops when others have given up.
    fn read_piece(&mut self, given_up: &AtomicBool) -> bool {
        while let Some(next) = self.parser.next_event() {
            let Ok((event, span)) = next else { return false };
            let outcome = self.event(event, &span);
            if outcome.is_err() || !self.builder.stands_alone() || given_up.load(Ordering::Relaxed) {
                return false;
            }
        }
        true
    }

    /// Reads all documents of a text.
    fn read_documents(&mut self) {
        while let Some(next) = self.parser.next_event() {
            let outcome = match next {
                Ok((event, span)) => self.event(event, &span),
                Err(error) => {
                    self.report_syntax(&error);
                    Err(Stop::Document)
                }
            };
            match outcome {
                Ok(()) => {}
                Err(Stop::File) => break,
                Err(Stop::Document) => {
                    self.builder.abandon();
                    if !self.parser.proceed_next_document().unwrap_or(false) {
                        break;
                    }
                }
            }
        }
    }

    fn event(&mut self, event: Event<'a>, at: &granit_parser::Span) -> Result<(), Stop> {
        let span = self.span(at);
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                self.scalar(value, style, anchor, tag.as_deref(), at);
            }
            Event::MappingStart(style, anchor, tag) => {
                return self.open(Shape::Mapping, style, anchor, tag.as_deref(), at);
            }
            Event::SequenceStart(style, anchor, tag) => {
                return self.open(Shape::Sequence, style, anchor, tag.as_deref(), at);
            }
            Event::MappingEnd | Event::SequenceEnd => {
                // The end of a block has no bytes of its own, and stands where the next thing starts.
                let bracket_end = (span.end > span.start).then_some(span.end);
                self.cursor = bracket_end.unwrap_or(self.cursor);
                return self.builder.close(bracket_end);
            }
            Event::Comment(..) => self.comment(span),
            Event::Alias(anchor) => {
                self.cursor = span.end;
                return self.builder.alias(span, anchor);
            }
            Event::UnresolvedAlias(name) => self.unknown_anchor(&name, span),
            Event::Anchor(..) => {
                let name = self.written(span);
                self.anchor_names.push(name.strip_prefix('&').unwrap_or(name));
            }
            Event::DocumentStart(explicit, _) => {
                self.anchor_names.clear();
                // An implicit start can have the bytes of the first token.
                self.cursor = if explicit { span.end } else { span.start };
            }
            _ => {}
        }
        Ok(())
    }

    fn comment(&mut self, span: Span) {
        let before = self.text.get(..span.start as usize).unwrap_or("");
        let before = before.trim_end_matches([' ', '\t']);
        self.comments.push(Comment {
            file: self.file,
            span,
            own_line: before.is_empty() || before.ends_with(['\n', '\r', '\u{feff}']),
        });
    }

    fn open(
        &mut self,
        shape: Shape,
        style: StructureStyle,
        anchor: usize,
        tag: Option<&Tag>,
        at: &granit_parser::Span,
    ) -> Result<(), Stop> {
        let mut start = self.span(at).start;
        // A list that is not indented below its key is said to start after its first dash.
        if shape == Shape::Sequence && style == StructureStyle::Block && self.builder.at_value() {
            let limit = start.saturating_add(1);
            start = gap::find(self.text, self.cursor, limit, b"-").unwrap_or(start);
        }
        self.cursor = start;
        let shape = match tag {
            Some(tag) if is_unknown(tag) => {
                start = self.tag_span(at).start;
                self.report_reason(shape, at);
                Shape::Unknown
            }
            Some(tag) => {
                let core = if shape == Shape::Mapping { "map" } else { "seq" };
                if !tag.is_yaml_core_schema_tag(core) {
                    self.report_tag(tag, at);
                }
                shape
            }
            None => shape,
        };
        self.builder.open(shape, start, anchor)
    }

    fn scalar(
        &mut self,
        value: Cow<'a, str>,
        style: granit_parser::ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        at: &granit_parser::Span,
    ) {
        use granit_parser::ScalarStyle as Written;
        let mut span = self.span(at);
        let next = span.end;
        let (content, span) = match style {
            Written::Plain if span.start == span.end && tag.is_none() => {
                span = self.missing(span.start, anchor);
                self.cursor = span.end;
                self.builder.leaf(span, Content::Null, anchor);
                return;
            }
            Written::Plain => (self.plain(value, span, tag), span),
            Written::SingleQuoted | Written::DoubleQuoted => {
                let inner = Span::new(span.start + 1, span.end.saturating_sub(1));
                (self.scalar_content(value, inner, ScalarStyle::Quoted), span)
            }
            Written::Literal | Written::Folded => {
                let is_blank = value.trim_ascii().is_empty();
                span = gap::block_scalar(self.text, self.cursor, span, is_blank);
                (self.scalar_content(value, span, ScalarStyle::Block), span)
            }
        };
        // The cursor is past the blank lines below a block scalar, which are not in its span.
        self.cursor = next;
        let (content, span) = match tag {
            Some(tag) => self.tagged(content, span, tag, at),
            None => (content, span),
        };
        self.builder.leaf(span, content, anchor);
    }

    /// The content of a plain scalar: null, or a text that may be a number or a boolean.
    fn plain(&mut self, value: Cow<'a, str>, span: Span, tag: Option<&Tag>) -> Content {
        // `null: x` is taken for the text it looks like.
        if is_null_word(&value) && tag.is_none() && !self.builder.at_key() {
            return Content::Null;
        }
        self.scalar_content(value, span, ScalarStyle::Plain)
    }

    /// A scalar whose value is kept only if it differs from the bytes of `inner`.
    fn scalar_content(&mut self, value: Cow<'a, str>, inner: Span, style: ScalarStyle) -> Content {
        let written = self.written(inner);
        // Mostly the value is the very bytes of the file, which spares the comparison.
        let same = written.len() == value.len() && (std::ptr::eq(written.as_ptr(), value.as_ptr()) || written == value);
        let decoded = if same { None } else { Some(self.builder.keep_text(&value)) };
        Content::Scalar { decoded, style }
    }

    /// Where a value that was not written would stand: after its colon or dash.
    fn missing(&self, reported: u32, anchor: usize) -> Span {
        let found = if anchor != 0 {
            None
        } else if self.builder.at_value() {
            let mapping = self.builder.open_starts().next().unwrap_or(0);
            gap::find_colon(self.text, mapping, self.cursor).or(Some(self.cursor))
        } else if self.builder.at_item() {
            gap::find(self.text, self.cursor, reported, b"-").map(|dash| dash + 1)
        } else {
            None
        };
        let at = found.unwrap_or(reported);
        Span::new(at, at)
    }

    fn unknown_anchor(&mut self, name: &str, span: Span) {
        // A hostile file can have very many of both.
        let anchors = self.anchor_names.iter().rev().copied().take(50);
        let suggestion = if self.builder.has_room_for_problems() { did_you_mean(name, anchors) } else { None };
        let name = shorten(name);
        let help = suggestion.map_or_else(
            || {
                format!(
                    "anchor a value with `&{name}` before this place, or put a text that starts with `*` in quotes: \"*{name}\""
                )
            },
            |near| format!("did you mean `*{near}`?"),
        );
        let message = format!("no value above is anchored with `&{name}`");
        let problem = Problem::error("unknown-anchor", self.builder.place(span), message)
            .label("this alias has nothing to stand for")
            .help(help);
        self.builder.report(problem);
        self.cursor = span.end;
        self.builder.leaf(span, Content::Null, 0);
    }

    /// What a tag makes of a scalar, and of its span.
    fn tagged(&mut self, content: Content, span: Span, tag: &Tag, at: &granit_parser::Span) -> (Content, Span) {
        let Content::Scalar { decoded, style } = content else {
            return (content, span);
        };
        let written = self.written(span);
        let value = |builder: &mut Builder<'_>| {
            // The style will not say any more whether there are quotes.
            decoded.or_else(|| {
                let text = super::tree::written_text(written, style);
                Some(builder.keep_text(text))
            })
        };
        if is_unknown(tag) {
            let span = Span::new(self.tag_span(at).start, span.end);
            let decoded = if written.is_empty() { None } else { value(&mut self.builder) };
            return (Content::Unknown { decoded }, span);
        }
        let style = match tag.core_suffix() {
            Some("null") => return (Content::Null, span),
            Some("int" | "float" | "bool") => ScalarStyle::Plain,
            Some("str") => ScalarStyle::Quoted,
            // A lone `!` asks for text.
            None if tag.handle().is_empty() && tag.suffix() == "!" => ScalarStyle::Quoted,
            _ => {
                self.report_tag(tag, at);
                if written.is_empty() || (style == ScalarStyle::Plain && is_null_word(written)) {
                    return (Content::Null, span);
                }
                return (content, span);
            }
        };
        let decoded = value(&mut self.builder);
        (Content::Scalar { decoded, style }, span)
    }

    fn report_reason(&mut self, shape: Shape, at: &granit_parser::Span) {
        let found = if shape == Shape::Mapping { "a mapping" } else { "a list" };
        let message = format!("`!unknown` takes a reason as text, but this is {found}");
        let place = self.builder.place(self.tag_span(at));
        let problem =
            Problem::error("unknown-reason", place, message).help("write `!unknown \"why it cannot be told\"`");
        self.builder.report(problem);
    }

    fn report_tag(&mut self, tag: &Tag, at: &granit_parser::Span) {
        let span = self.tag_span(at);
        let place = self.builder.place(span);
        let written = shorten(self.written(span));
        let problem = if tag.is_yaml_core_schema() {
            let message = format!("the tag `{written}` does not fit this kind of value");
            Problem::error("unknown-tag", place, message).help("leave the tag out")
        } else {
            let help = did_you_mean(&written, ["!unknown"]).map_or(
                "write the value itself, or `!unknown \"reason\"` if it cannot be told from here",
                |_| "did you mean `!unknown`?",
            );
            let message = format!("the tag `{written}` has no meaning here");
            Problem::error("unknown-tag", place, message).help(help)
        };
        self.builder.report(problem);
    }

    fn tag_span(&self, at: &granit_parser::Span) -> Span {
        at.tag_span().map_or_else(|| self.span(at), |tag| self.span(&tag))
    }

    fn span(&self, at: &granit_parser::Span) -> Span {
        let start = self.offset(&at.start);
        Span::new(start, self.offset(&at.end).max(start))
    }

    fn offset(&self, marker: &Marker) -> u32 {
        offset(marker.byte_offset().unwrap_or(0).min(self.text.len()))
    }

    fn written(&self, span: Span) -> &'a str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }
}

fn is_unknown(tag: &Tag) -> bool {
    tag.handle() == "!" && tag.suffix() == "unknown"
}
