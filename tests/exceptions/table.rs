//! The table of exceptions: what is written × where it stands × what comes of it.

use super::command::{Folder, each};
use super::{BLOCKED, OPEN, TODAY, estate, told};

/// What is written, for a rule; what is said about it where it covers a finding and where it covers none; whether it ignores.
const WRITTEN: &[(&str, &[&str], &[&str], bool)] = &[
    ("# isolint: ignore[RULE] until=2027-01-31 reason=so", &[], &["unused-exception"], true),
    ("# isolint: ignore[RULE] reason=so", &["exception-too-long"], &["exception-too-long", "unused-exception"], true),
    (
        "# isolint: ignore[RULE] until=2027-01-31",
        &["exception-without-reason"],
        &["exception-without-reason", "unused-exception"],
        true,
    ),
    ("# isolint: ignore[RULE] until=2026-11-21 reason=so", &["expired-exception"], &["expired-exception"], false),
    ("# isolint: ignore[RULE] until=soon reason=so", &["malformed-exception"], &["malformed-exception"], false),
    ("# isolint: ignore[RULEX] until=2027-01-31 reason=so", &UNKNOWN, &UNKNOWN, false),
    ("# isolint: ignore[expired-exception] until=2027-01-31 reason=so", &REFUSED, &REFUSED, false),
];
const UNKNOWN: [&str; 1] = ["exception-for-unknown-rule"];
const REFUSED: [&str; 1] = ["exception-not-allowed"];

/// Where it stands, with the rules of which it covers what is found.
const PLACES: &[(usize, &[&str])] = &[
    (1, &[BLOCKED]),
    (2, &[BLOCKED]),
    (3, &[BLOCKED]),
    (4, &[BLOCKED]),
    (5, &[OPEN]),
    (6, &[OPEN]),
    (7, &[OPEN]),
    (8, &[OPEN]),
    (9, &[OPEN]),
];
/// No other rule is of interest.
const SELECT: &str = "--select=job-flow-blocked,ip-rule-with-open-default";
const STRICT: &str = "require-reason = true\nlongest-exception = 90\n";

#[test]
fn every_comment_at_every_place() {
    let folder = Folder::with(&[("isolint.toml", STRICT)]);
    for (place, covered) in PLACES {
        for rule in [BLOCKED, OPEN] {
            let is_covered = covered.contains(&rule);
            for (comment, if_covered, if_not, ignores) in WRITTEN {
                let comment = comment.replace("RULE", rule);
                folder.write("t.yaml", estate(*place, &comment).as_bytes());
                let (_, report) = folder.check(&[TODAY, SELECT, "."]);
                let ignored = is_covered && *ignores;
                let mut expected: Vec<&str> = if is_covered { if_covered.to_vec() } else { if_not.to_vec() };
                expected.extend([BLOCKED, OPEN].into_iter().filter(|one| !ignored || *one != rule));
                expected.sort_unstable();
                let (counted, left) = told(&report);
                assert_eq!(counted, expected, "`{comment}` at {place}");
                assert_eq!(left, if ignored { vec![rule.to_owned()] } else { vec![] }, "`{comment}` at {place}");
            }
        }
    }
}

/// The same in the configuration: where it stands is what it names.
#[test]
fn every_exception_of_the_configuration_at_every_place() {
    let folder = Folder::with(&[("sub/t.yaml", &estate(0, ""))]);
    for (place, covered) in [
        ("resource = \"job/telemetry\"", &[BLOCKED][..]),
        ("resource = [\"storage/old\", \"sql/*\"]", &[OPEN]),
        ("resource = \"storage/*\"", &[BLOCKED, OPEN]),
        ("path = \"sub/*.yaml\"", &[BLOCKED, OPEN]),
        ("path = \"other/**\"", &[]),
        ("resource = \"storage/old\"\npath = [\"sub\"]", &[OPEN]),
        ("resource = \"storage/old\"\npath = \"other\"", &[]),
    ] {
        for rule in [BLOCKED, OPEN] {
            let is_covered = covered.contains(&rule);
            for (comment, if_covered, if_not, ignores) in WRITTEN {
                let comment = comment.replace("RULE", rule);
                folder.write("isolint.toml", format!("{STRICT}{}", table(&comment, place)).as_bytes());
                let (_, report) = folder.check(&[TODAY, SELECT, "."]);
                let ignored = is_covered && *ignores;
                let mut expected: Vec<&str> = if is_covered { if_covered.to_vec() } else { if_not.to_vec() };
                expected.extend([BLOCKED, OPEN].into_iter().filter(|one| !ignored || *one != rule));
                expected.sort_unstable();
                let (counted, left) = told(&report);
                assert_eq!(counted, expected, "`{comment}` for {place}");
                assert_eq!(left, if ignored { vec![rule.to_owned()] } else { vec![] }, "`{comment}` for {place}");
                let about = each(&report, "findings", &["rule", "location.file"]);
                let about = about.iter().filter(|one| one.contains("-exception") || one.starts_with("exception-"));
                assert!(about.into_iter().all(|one| one.ends_with(" isolint.toml")), "`{comment}` for {place}");
            }
        }
    }
}

/// What a comment says as a table of the configuration.
fn table(comment: &str, place: &str) -> String {
    let (rule, rest) = comment.strip_prefix("# isolint: ignore[").unwrap().split_once(']').unwrap();
    let settings = rest.split_whitespace().map(|setting| {
        let (key, value) = setting.split_once('=').unwrap();
        format!("{key} = \"{value}\"\n")
    });
    format!("[[exception]]\nrule = \"{rule}\"\n{place}\n{}", settings.collect::<String>())
}
