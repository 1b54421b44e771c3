//! Fields and words that there are not, with what was probably meant.

use super::fields::has_own;
use super::sections::Section;
use super::{Reader, claims};
use crate::source::{NodeId, Problem, did_you_mean};
use crate::topology::{Kind, ObjectId, SERVICE_RESOURCE, SlotIndex, Topology};

impl Reader<'_> {
    /// Reports a word that is none of those that a field takes.
    pub(super) fn unknown_word(&mut self, id: ObjectId, slot: SlotIndex, words: &[&str], node: NodeId) {
        let text = self.sources.text(node);
        let problem = Problem::error("unknown-word", self.sources.place(node), format!("`{text}` is not allowed here"));
        let field = Topology::kind(self.topology.object(id).kind).fields.get(usize::from(slot.0));
        let elsewhere = field.and_then(|field| claims::who_claims(self.catalogue, field, &text));
        self.problems.push(match (did_you_mean(&text, words.iter().copied()), elsewhere) {
            (Some(near), None) => {
                problem.label(format!("did you mean `{near}`?")).help(format!("allowed are {}", words.join(", ")))
            }
            (_, elsewhere) => {
                let problem = problem.label(format!("expected one of {}", words.join(", ")));
                elsewhere.into_iter().fold(problem, Problem::help)
            }
        });
    }

    pub(super) fn unknown_field(&mut self, kind: &'static Kind, section: Section<'_>, key: NodeId, name: &str) {
        let names: Vec<&str> = kind
            .fields
            .iter()
            .filter(|field| field.ty.is_written() && has_own(section.fields, kind, field.name))
            .map(|field| field.name)
            .collect();
        let what = if kind.id == SERVICE_RESOURCE { section.label } else { kind.name };
        let message = format!("{} `{}` has no field `{name}`", article(what), what.replace('_', " "));
        let problem = Problem::error("unknown-field", self.sources.place(key), message);
        self.problems.push(
            match (claims::advice(self.catalogue, kind, name), did_you_mean(name, names.iter().copied())) {
                (Some(advice), _) => problem.label("this claim cannot be made so").help(advice),
                (None, Some(near)) => problem.label(format!("did you mean `{near}`?")),
                (None, None) => problem.label("not a field").help(format!("its fields are {}", names.join(", "))),
            },
        );
    }
}

fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}
