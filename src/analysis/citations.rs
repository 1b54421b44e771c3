//! Where the documentation says so.

use hashbrown::HashMap;

use super::finding::Citation;
use crate::knowledge::definitions::{Clause, Definitions, Document, SourceDocument};

/// Finds clauses and documents by what they are cited by.
pub struct Citations<'a> {
    clauses: HashMap<&'a str, &'a Clause>,
    documents: HashMap<&'a str, &'a Document>,
}

impl<'a> Citations<'a> {
    /// The register of a set of definitions.
    #[must_use]
    pub fn new(definitions: &'a Definitions) -> Self {
        Self {
            clauses: definitions.clauses.iter().map(|clause| (clause.id.as_str(), clause)).collect(),
            documents: definitions.documents.iter().map(|document| (document.name.as_str(), document)).collect(),
        }
    }

    /// The statement behind a clause; an unknown one is cited by its name alone.
    #[must_use]
    pub fn clause(&self, id: &str) -> Citation {
        let clause = self.clauses.get(id);
        let document = clause.and_then(|clause| self.documents.get(clause.document.as_str()));
        Citation {
            clause: Some(id.to_owned()),
            document: match document {
                Some(document) => document.file.clone().unwrap_or_else(|| document.title.clone()),
                None => clause.map_or_else(String::new, |clause| clause.document.clone()),
            },
            heading: clause.map(|clause| clause.heading.clone()),
            line: clause.map(|clause| clause.line),
            date: document.map(|document| document.date.clone()),
            address: document.and_then(|document| document.address.clone()),
        }
    }

    /// A document outside the five.
    #[must_use]
    pub fn source(&self, source: &SourceDocument) -> Citation {
        Citation {
            clause: None,
            document: source.title.clone(),
            heading: None,
            line: None,
            date: Some(source.date.clone()),
            address: source.address.clone(),
        }
    }

    /// What a clause says, in our words.
    #[must_use]
    pub fn fact(&self, id: &str) -> Option<&str> {
        self.clauses.get(id).map(|clause| clause.fact.as_str())
    }

    /// The title of a document by its key.
    #[must_use]
    pub fn title(&self, key: &str) -> Option<&str> {
        self.documents.get(key).map(|document| document.title.as_str())
    }

    /// Title and date of a document by its key.
    #[must_use]
    pub fn dated(&self, key: &str) -> String {
        self.documents
            .get(key)
            .map_or_else(|| key.to_owned(), |document| format!("{}, {}", document.title, document.date))
    }
}
