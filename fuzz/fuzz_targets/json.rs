//! The located tree of any JSON: it ends, and every value has a place within its file.
#![no_main]

use isolint::source::{Limits, Sources};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (mut sources, mut problems) = (Sources::new(), Vec::new());
    let (_, root) = sources.add_json("main.json", text.to_owned(), &Limits::default(), &mut problems);
    isolint_fuzz::places_exist(&sources, &problems);
    let mut open: Vec<_> = root.into_iter().collect();
    while let Some(node) = open.pop() {
        let place = sources.place(node);
        let written =
            sources.file(place.file).and_then(|file| file.text.get(place.span.start as usize..place.span.end as usize));
        assert!(written.is_some());
        let _ = sources.text(node);
        open.extend(sources.items(node));
        open.extend(sources.entries(node).iter().flat_map(|entry| [entry.key, entry.value]));
    }
});
