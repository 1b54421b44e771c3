//! The configuration: what holds for which files, what is in force and where it came from, and what is wrong in it.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/command.rs"]
mod command;

use command::{Folder, each};

const OPEN: &str = "storage:\n  NAME:\n    network: {default_action: allow, ip_rules: [198.51.100.20]}\n";

fn open(name: &str) -> String {
    OPEN.replace("NAME", name)
}

#[test]
fn settings_for_some_files() {
    let check = |settings: &str, arguments: &[&str]| {
        let folder = Folder::with(&[
            ("isolint.toml", settings),
            ("new/a.yaml", &open("a")),
            ("legacy/b.yaml", &open("b")),
            ("legacy/deep/c.yaml", &open("c")),
        ]);
        let (status, report) = folder.check(&[&["."], arguments].concat());
        (status, each(&report, "findings", &["level", "location.file"]))
    };
    let all = ["warning legacy/b.yaml", "warning legacy/deep/c.yaml", "warning new/a.yaml"];
    for (settings, arguments, status, expected) in [
        ("", &[][..], 0, &all[..]),
        ("[[per-path]]\npath = \"legacy/**\"\nignore = [\"ip-*\"]\n", &[], 0, &all[2..]),
        (
            "[[per-path]]\npath = \"legacy\"\nlevel = {\"ip-rule-with-open-default\" = \"error\"}\n",
            &[],
            1,
            &["error legacy/b.yaml", "error legacy/deep/c.yaml", "warning new/a.yaml"],
        ),
        // The later one wins.
        (
            "[[per-path]]\npath = \"legacy\"\nignore = [\"ip-*\"]\n[[per-path]]\npath = \"**/deep/*\"\nlevel = {\"ip-*\" = \"info\"}\n",
            &[],
            0,
            &["info legacy/deep/c.yaml", "warning new/a.yaml"],
        ),
        // A rule that is off elsewhere.
        (
            "[level]\n\"ip-*\" = \"off\"\n[[per-path]]\npath = \"new/*.yaml\"\nlevel = {\"ip-*\" = \"warning\"}\n",
            &[],
            0,
            &all[2..],
        ),
        // What is ignored altogether stays so.
        ("[[per-path]]\npath = \"**\"\nlevel = {\"ip-*\" = \"error\"}\n", &["--ignore=ip-*"], 0, &[]),
        ("[[per-path]]\npath = \"**\"\nlevel = {\"ip-*\" = \"error\"}\n", &["--select=hub-*"], 0, &[]),
    ] {
        assert_eq!(
            check(settings, arguments),
            (status, expected.iter().map(|one| (*one).to_owned()).collect()),
            "{settings}"
        );
    }
}

#[test]
fn a_mistake_is_shown_in_its_line() {
    for (settings, message, shown) in [
        (
            "fail-on = \"warn\"\n",
            "isolint.toml:1:11: `warn` is not allowed here (allowed: error, warning, info, never)",
            "fail-on = \"warn\"",
        ),
        ("[[per-path]]\nignore = []\n", "isolint.toml:1:1: `path` is missing", "[[per-path]]"),
        (
            "[[per-path]]\npath = \"a\"\nlevels = {}\n",
            "isolint.toml:3:1: `levels` is no setting; did you mean `level`? (allowed: path, ignore, level)",
            "levels = {}",
        ),
        (
            "[[per-path]]\npath = \"a\"\nignore = [\"no-such-rule\"]\n",
            "isolint.toml:3:11: there is no rule `no-such-rule`; `isolint rules` lists them",
            "ignore = [",
        ),
        (
            "[[per-path]]\npath = \"a\"\nlevel = {hub-x = \"error\"}\n",
            "isolint.toml:3:10: there is no rule `hub-x`",
            "hub-x",
        ),
        ("not-ignorable = [\"no-such-rule\"]\n", "isolint.toml:1:18: there is no rule `no-such-rule`", "not-ignorable"),
        (
            "require-reason = \"yes\"\n",
            "isolint.toml:1:18: expected true or false, found text \"yes\"",
            "require-reason",
        ),
        (
            "longest-exception = \"90 days\"\n",
            "isolint.toml:1:21: expected a number of days, found text \"90 days\"",
            "longest-exception",
        ),
        ("[[exception]]\nresource = \"a\"\n", "isolint.toml:1:1: `rule` is missing", "[[exception]]"),
        (
            "[[exception]]\nrule = 3\nresource = \"a\"\n",
            "isolint.toml:2:8: expected text in quotes, or a list such as `[\"name\"]`, found integer `3`",
            "rule = 3",
        ),
        (
            "[[exception]]\nrule = []\nresource = \"a\"\n",
            "isolint.toml:1:1: this exception names no rule",
            "[[exception]]",
        ),
        ("baseline = 3\n", "isolint.toml:1:12: expected text in quotes", "baseline = 3"),
        ("fail-on = 3\n", "isolint.toml:1:11: expected text in quotes", "fail-on = 3"),
        (
            "rules = [\"policies\"]\n",
            "isolint.toml:1:9: cannot read the rules in `policies`: no such file or folder",
            "rules = [",
        ),
    ] {
        let folder = Folder::with(&[("isolint.toml", settings), ("t.yaml", "storage: {raw: {}}\n")]);
        for command in [&["check", "."][..], &["config"], &["baseline", "write"]] {
            let outcome = folder.run(command);
            assert_eq!((outcome.status, outcome.stdout.as_str()), (2, ""), "{settings}");
            assert!(outcome.stderr.starts_with(&format!("error: {message}")), "{settings}\n{}", outcome.stderr);
            let lines: Vec<&str> = outcome.stderr.lines().skip(1).collect();
            assert!(lines.iter().any(|line| line.contains(shown)), "{settings}\n{}", outcome.stderr);
            assert!(lines.iter().any(|line| line.contains('─')), "{settings}\n{}", outcome.stderr);
        }
    }
}

const FULL: &str = "\
select = [\"hub-*\", \"ip-*\"]
ignore = [\"hub-open-by-default\"]
fail-on = \"warning\"
undetermined = \"list\"
edition = \"current\"
baseline = \"known.yaml\"
require-reason = true
longest-exception = 180
not-ignorable = [\"job-flow-blocked\"]

[level]
\"hub-*\" = \"error\"

[[per-path]]
path = \"legacy/**\"
ignore = [\"ip-*\"]

[per-path.level]
\"hub-*\" = \"info\"

[[exception]]
rule = \"ip-rule-with-open-default\"
resource = [\"storage/*\", \"sql/a \\\"b\\\"\"]
until = 2027-01-31
reason = \"so\"
";

#[test]
fn config_prints_what_is_in_force_and_where_it_came_from() {
    let settings = FULL.replace("hub-open-by-default", "hub-*");
    let folder = Folder::with(&[("isolint.toml", &settings), ("sub/t.yaml", "storage: {raw: {}}\n")]);
    let outcome = folder.run(&["config", "sub", "--edition=documents"]);
    assert_eq!(outcome.status, 0, "{}", outcome.text());
    let has = |line: &str| {
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(outcome.stdout.lines().any(|found| words(found) == words(line)), "{line}\n{}", outcome.stdout);
    };
    has("# the settings of isolint.toml");
    has("select = [\"hub-*\", \"ip-*\"] # isolint.toml:1:11, isolint.toml:1:20");
    has("fail-on = \"warning\" # isolint.toml:3:11");
    has("edition = \"documents\" # by an option");
    has("rules = [] # by default");
    has("baseline = \"known.yaml\" # isolint.toml:6:12");
    has("longest-exception = 180 # isolint.toml:8:21");
    has("\"hub-*\" = \"error\" # isolint.toml:12:1");
    has("path = \"legacy/**\" # isolint.toml:15:8");
    has("until = \"2027-01-31\" # isolint.toml:24:9");
    has("reason = \"so\" # isolint.toml:25:10");
    // What is printed is a configuration, and says the same.
    let again = Folder::with(&[("isolint.toml", &outcome.stdout), ("known.yaml", "")]);
    let values = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.split("  #").next().unwrap().trim_end().to_owned()).collect()
    };
    let outcome_again = again.run(&["config"]);
    assert_eq!(values(&outcome_again.stdout), values(&outcome.stdout), "{}", outcome_again.text());
}

#[test]
fn config_without_a_configuration() {
    let folder = Folder::with(&[("t.yaml", "storage: {raw: {}}\n")]);
    let outcome = folder.run(&["config", "t.yaml"]);
    assert_eq!(outcome.status, 0);
    assert!(
        outcome.stdout.starts_with("# the defaults: there is no isolint.toml here or above\n"),
        "{}",
        outcome.stdout
    );
    assert!(outcome.stdout.lines().filter(|line| line.contains("by default")).count() >= 8, "{}", outcome.stdout);
    let outcome = folder.run(&["config", "none"]);
    assert_eq!((outcome.status, outcome.stderr.as_str()), (2, "error: there is no `none`\n"));
}

#[test]
fn a_day_that_is_none_is_wrong_usage() {
    let folder = Folder::with(&[("t.yaml", "storage: {raw: {}}\n")]);
    let outcome = folder.run(&["check", "--today=tomorrow", "t.yaml"]);
    assert_eq!(outcome.status, 2);
    assert!(outcome.stderr.contains("a day is written like 2027-01-31"), "{}", outcome.stderr);
}
