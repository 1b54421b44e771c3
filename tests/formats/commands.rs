//! Commands in logs, read back by their documented grammars: what a runner makes of every line is what was found.
//!
//! GitHub: "Workflow commands for GitHub Actions" (<https://docs.github.com/actions>): a line that starts with `::` is
//! `::name key=value,key=value::message`; also a known `##[name]` anywhere in a line is a command. Azure: "Logging commands"
//! (<https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands>): `##vso[area.action
//! key=value;key=value]message` anywhere in a line, and `##[name]` at its start.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{SITUATIONS, json, run, situations};

/// A command as a runner reads it.
struct Command {
    name: String,
    properties: BTreeMap<String, String>,
    message: String,
}

impl Command {
    fn property(&self, name: &str) -> Option<&str> {
        self.properties.get(name).map(String::as_str)
    }
}

/// What a runner makes of escapes: each stands for a character, `last` is looked at after all others.
fn unescaped(text: &str, escapes: &[(&str, &str)]) -> String {
    escapes.iter().fold(text.to_owned(), |text, (escape, character)| text.replace(escape, character))
}

fn properties(text: &str, separator: char, escapes: &[(&str, &str)]) -> BTreeMap<String, String> {
    let pairs = text.split(separator).filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or_else(|| panic!("`{pair}` in `{text}`")));
    pairs.map(|(name, value)| (name.trim().to_owned(), unescaped(value, escapes))).collect()
}

const GITHUB_MESSAGE: &[(&str, &str)] = &[("%0D", "\r"), ("%0A", "\n"), ("%25", "%")];
const GITHUB_PROPERTY: &[(&str, &str)] = &[("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")];

/// What GitHub's runner reads in a line; what is printed as it is is no command.
fn github(line: &str) -> Option<Command> {
    let Some(rest) = line.trim_start().strip_prefix("::") else {
        assert!(!line.contains("##["), "a command of the old form: {line}");
        return None;
    };
    let (head, message) = rest.split_once("::").unwrap_or_else(|| panic!("{line}"));
    let (name, of) = head.split_once(' ').unwrap_or((head, ""));
    Some(Command {
        name: name.to_owned(),
        properties: properties(of, ',', GITHUB_PROPERTY),
        message: unescaped(message, GITHUB_MESSAGE),
    })
}

const AZURE: &[(&str, &str)] = &[("%0D", "\r"), ("%0A", "\n"), ("%3B", ";"), ("%5D", "]"), ("%AZP25", "%")];

/// What the agent of Azure Pipelines reads in a line.
fn azure(line: &str) -> Option<Command> {
    let Some(at) = line.find("##vso[") else {
        assert!(!line.contains("##["), "a format command: {line}");
        return None;
    };
    assert_eq!(at, 0, "{line}");
    let (head, message) = line["##vso[".len()..].split_once(']').unwrap_or_else(|| panic!("{line}"));
    let (name, of) = head.split_once(' ').unwrap_or((head, ""));
    Some(Command { name: name.to_owned(), properties: properties(of, ';', AZURE), message: unescaped(message, AZURE) })
}

/// Level, rule, file, then line, column, last line and last column, and the message.
type Told = (String, String, String, Option<[u64; 4]>, String);

/// What is to be told: findings that count and mistakes; then inputs that were not read at all, without a place.
fn told(report: &Value) -> Vec<Told> {
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let of = |one: &Value, level: &str, code: &str| {
        let place = &one["location"];
        let number = |key: &str| place[key].as_u64().unwrap();
        let at = [number("line"), number("column"), number("end_line"), number("end_column")];
        (word(&one[level]), word(&one[code]), word(&place["file"]), Some(at), word(&one["message"]))
    };
    let list = |name: &str| report[name].as_array().unwrap().iter();
    let mut told: Vec<_> = list("problems").map(|one| of(one, "severity", "code")).collect();
    told.extend(list("findings").filter(|one| one["ignored"].is_null()).map(|one| of(one, "level", "rule")));
    for one in &mut told {
        if one.0 == "fatal" {
            one.0 = "error".to_owned();
        }
    }
    let placed: Vec<String> = list("problems").map(|one| word(&one["location"]["file"])).collect();
    for input in list("inputs").filter(|input| input["status"] == "unreadable") {
        let path = word(&input["path"]);
        if !placed.contains(&path) {
            let reason = word(&input["reason"]);
            told.push(("error".to_owned(), "unreadable-input".to_owned(), path, None, reason));
        }
    }
    told.sort();
    told
}

#[test]
fn github_reads_what_was_found() {
    let folder = situations();
    for (situation, status) in SITUATIONS {
        let text = run(&folder, situation, "github", *status);
        let report = json(&run(&folder, situation, "json", *status));
        let mut read = Vec::new();
        for command in text.lines().filter_map(github) {
            let level = match command.name.as_str() {
                "notice" => "info",
                level @ ("error" | "warning") => level,
                name => panic!("{situation}: `{name}` is no annotation"),
            };
            let known = ["file", "line", "endLine", "col", "endColumn", "title"];
            assert!(command.properties.keys().all(|key| known.contains(&key.as_str())), "{situation}: {text}");
            let number = |key: &str| command.property(key).map(|value| value.parse::<u64>().unwrap());
            let rule = command.property("title").unwrap().strip_prefix("isolint: ").unwrap();
            let place =
                number("line").map(|line| (line, number("endLine").unwrap(), number("col"), number("endColumn")));
            let message = command.message.clone();
            read.push((
                level.to_owned(),
                rule.to_owned(),
                command.property("file").unwrap().to_owned(),
                place,
                message,
            ));
        }
        read.sort();
        let told = told(&report);
        assert_eq!(read.len(), told.len(), "{situation}: {text}");
        for (read, told) in read.iter().zip(&told) {
            assert_eq!((&read.0, &read.1, &read.2), (&told.0, &told.1, &told.2), "{situation}");
            assert!(read.4.starts_with(&told.4), "{situation}: {read:?} {told:?}");
            // Columns hold for one line only.
            let expected = told.3.map(|[line, column, end_line, end_column]| {
                let columns = (line == end_line).then_some((column, end_column));
                (line, end_line, columns.map(|one| one.0), columns.map(|one| one.1))
            });
            assert_eq!(read.3, expected, "{situation}: {read:?}");
        }
    }
}

#[test]
fn azure_reads_what_was_found() {
    let folder = situations();
    for (situation, status) in SITUATIONS {
        let text = run(&folder, situation, "azure-pipelines", *status);
        let report = json(&run(&folder, situation, "json", *status));
        let mut read = Vec::new();
        for command in text.lines().filter_map(azure) {
            assert_eq!(command.name, "task.logissue", "{situation}: {text}");
            let known = ["type", "sourcepath", "linenumber", "columnnumber", "code"];
            assert!(command.properties.keys().all(|key| known.contains(&key.as_str())), "{situation}: {text}");
            let number = |key: &str| command.property(key).map(|value| value.parse::<u64>().unwrap());
            let word = |key: &str| command.property(key).unwrap().to_owned();
            let place = number("linenumber").map(|line| (line, number("columnnumber").unwrap()));
            read.push((word("type"), word("code"), word("sourcepath"), place, command.message.clone()));
        }
        read.sort();
        // What merely informs is a line of the log.
        let told: Vec<_> = told(&report).into_iter().filter(|one| one.0 != "info").collect();
        assert_eq!(read.len(), told.len(), "{situation}: {text}");
        for (read, told) in read.iter().zip(&told) {
            let place = told.3.map(|[line, column, ..]| (line, column));
            assert_eq!((&read.0, &read.1, &read.2, read.3), (&told.0, &told.1, &told.2, place), "{situation}");
            assert!(read.4.starts_with(&told.4), "{situation}: {read:?} {told:?}");
        }
    }
}

/// Nobody but the report gives commands, whatever is in the files.
#[test]
fn nothing_in_a_file_becomes_a_command() {
    let folder = situations();
    for format in ["github", "azure-pipelines"] {
        let text = run(&folder, "hostile", format, 1);
        let commands = text.lines().filter(|line| line.trim_start().starts_with("::") || line.contains("##vso["));
        assert_eq!(commands.count(), 1, "{text}");
    }
}
