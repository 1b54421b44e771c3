//! Commands in the logs of pipelines, and what is chosen where nothing is said.

use super::command::{Folder, Outcome};
use super::{BLOCKED, run, situations};

/// A mistake of two lines, and a finding of one.
const SEVERAL_LINES: &str = "\
hubs:
  - first
  - second
vnets:
  core:
    address_space: [10.20.0.0/22]
    peerings: [streaming]
  streaming:
    address_space: [10.20.0.0/22]
    peerings: [core]
";

fn run_in(folder: &Folder, variables: &[(&str, &str)], arguments: &[&str]) -> Outcome {
    let output = folder.command(arguments).envs(variables.iter().copied()).output().unwrap();
    Outcome {
        status: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn github_commands_hold_what_commands_may() {
    let folder = situations();
    let text = run(&folder, "hostile", "github", 1);
    let commands: Vec<&str> = text.lines().filter(|line| line.trim_start().starts_with("::")).collect();
    let [command] = commands.as_slice() else { panic!("{text}") };
    let (properties, message) = command.strip_prefix("::error ").unwrap().split_once("::").unwrap();
    let start = "file=hostile/topology.yaml,line=5,endLine=5,col=";
    assert!(properties.starts_with(start), "{properties}");
    assert!(properties.ends_with(",title=isolint%3A job-flow-blocked"), "{properties}");
    assert!(message.contains("a,b: 100%25 ]]> <b>&%0A::error::x"), "{message}");
    assert!(message.contains("%0ATo fix: by trusted-services"), "{message}");
    let text = run(&folder, "broken", "github", 1);
    for (command, level) in [("::error ", "error"), ("::warning ", "warning")] {
        let report = super::json(&run(&folder, "broken", "json", 1));
        let found = text.lines().filter(|line| line.starts_with(command)).count();
        assert_eq!(report["summary"]["findings"][level], found, "{text}");
    }
}

#[test]
fn github_commands_over_several_lines_carry_no_column() {
    let folder = Folder::with(&[("topology.yaml", SEVERAL_LINES)]);
    let report = folder.check(&["topology.yaml"]).1;
    let text = folder.run(&["check", "topology.yaml", "--format", "github"]).stdout;
    let commands: Vec<&str> = text.lines().filter(|line| line.starts_with("::")).collect();
    let told = ["problems", "findings"].map(|list| report[list].as_array().unwrap().iter());
    let lengths: Vec<bool> =
        told.into_iter().flatten().map(|one| one["location"]["line"] != one["location"]["end_line"]).collect();
    assert_eq!(lengths, [true, false], "{report}");
    assert_eq!(commands.len(), 2, "{text}");
    for (command, is_long) in commands.iter().zip(lengths) {
        assert!(command.contains(",endLine="), "{command}");
        assert_eq!(command.contains(",col="), !is_long, "{command}");
        assert_eq!(command.contains(",endColumn="), !is_long, "{command}");
    }
}

#[test]
fn azure_commands_hold_what_commands_may() {
    let folder = situations();
    let text = run(&folder, "hostile", "azure-pipelines", 1);
    let commands: Vec<&str> = text.lines().filter(|line| line.contains("##")).collect();
    let [command] = commands.as_slice() else { panic!("{text}") };
    let start = "##vso[task.logissue type=error;sourcepath=hostile/topology.yaml;linenumber=5;columnnumber=";
    assert!(command.starts_with(start), "{command}");
    assert!(command.contains(";code=job-flow-blocked]job/telemetry cannot reach"), "{command}");
    assert!(command.contains("100%AZP25 ]]> <b>&%0A::error::x"), "{command}");
    let folder = Folder::with(&[("a;b]%.yaml", BLOCKED)]);
    let text = folder.run(&["check", ".", "--format", "azure-pipelines"]).stdout;
    assert!(text.contains(";sourcepath=a%3Bb%5D%AZP25.yaml;"), "{text}");
}

/// There is no logging command for what merely informs.
#[test]
fn azure_gets_info_as_a_line_of_the_log() {
    let info = "clusters:\n  \"##vso[task.complete]\": {capacity: {streaming_units: 24}}\n";
    let folder = Folder::with(&[("topology.yaml", info)]);
    let outcome = folder.run(&["check", ".", "--format", "azure-pipelines"]);
    assert_eq!(outcome.status, 0, "{}", outcome.text());
    assert!(outcome.stdout.starts_with("topology.yaml:2:"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains(": info[") && !outcome.stdout.contains("##"), "{}", outcome.stdout);
    let outcome = folder.run(&["check", ".", "--format", "github"]);
    assert!(outcome.stdout.starts_with("::notice file=topology.yaml,line=2,"), "{}", outcome.stdout);
}

#[test]
fn in_a_pipeline_a_fitting_form_is_chosen_and_said() {
    let folder = Folder::with(&[("topology.yaml", BLOCKED)]);
    for (variable, format, word) in [
        (("GITHUB_ACTIONS", "true"), "github", "GitHub Actions"),
        (("TF_BUILD", "True"), "azure-pipelines", "Azure Pipelines"),
        (("GITLAB_CI", "true"), "human", "--output gitlab=PATH"),
    ] {
        let chosen = run_in(&folder, &[variable], &["check"]);
        let asked = run_in(&folder, &[variable], &["check", "--format", format]);
        assert_eq!((chosen.status, &chosen.stdout), (1, &asked.stdout), "{format}");
        assert!(chosen.stderr.starts_with("note: ") && chosen.stderr.contains(word), "{}", chosen.stderr);
        assert_eq!(asked.stderr, "");
        assert_eq!(run_in(&folder, &[variable], &["check", "--quiet"]).stderr, "");
    }
    let elsewhere = run_in(&folder, &[("GITHUB_ACTIONS", "false")], &["check"]);
    assert_eq!(elsewhere.stdout, folder.run(&["check", "--format", "human"]).stdout);
    assert_eq!(elsewhere.stderr, "");
}

/// Pipelines take paths from the root of the repository, wherever the step runs.
#[test]
fn paths_are_those_of_the_repository() {
    let folder = Folder::with(&[(".git/", ""), ("infra/topology.yaml", BLOCKED), ("infra/run/", "")]);
    for (format, path) in [
        ("github", "file=infra/topology.yaml,"),
        ("azure-pipelines", "sourcepath=infra/topology.yaml;"),
        ("gitlab", "\"path\": \"infra/topology.yaml\""),
        ("sarif", "\"uri\":\"infra/topology.yaml\""),
        ("junit", "<testsuite name=\"infra/topology.yaml\""),
        ("markdown", "`infra/topology.yaml:5`"),
    ] {
        let mut command = folder.command(&["check", "../topology.yaml", "--format", format]);
        let output = command.current_dir(folder.path().join("infra/run")).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains(path) && !text.contains(".."), "{format}: {text}");
    }
}

#[test]
fn markdown_links_to_the_lines_where_there_are_pages() {
    let folder = Folder::with(&[("infra plan.yaml", BLOCKED)]);
    let github = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_SERVER_URL", "https://github.example"),
        ("GITHUB_REPOSITORY", "plant/infra"),
        ("GITHUB_SHA", "1a2b"),
    ];
    let gitlab = [("GITLAB_CI", "true"), ("CI_PROJECT_URL", "https://gitlab.example/plant"), ("CI_COMMIT_SHA", "1a2b")];
    for (variables, address) in [
        (&github[..], "https://github.example/plant/infra/blob/1a2b/infra%20plan.yaml#L5"),
        (&gitlab[..], "https://gitlab.example/plant/-/blob/1a2b/infra%20plan.yaml#L5"),
    ] {
        let text = run_in(&folder, variables, &["check", "--format", "markdown"]).stdout;
        assert!(text.contains(&format!("([`infra plan.yaml:5`]({address}))")), "{text}");
    }
}

/// Every step adds to the summary of a job.
#[test]
fn the_summary_of_a_job_is_added_to() {
    let folder = Folder::with(&[("topology.yaml", BLOCKED), ("summary.md", "# Before\n")]);
    let summary = folder.path().join("summary.md");
    let summary = summary.to_str().unwrap();
    let option = format!("markdown={summary}");
    let outcome =
        run_in(&folder, &[("GITHUB_STEP_SUMMARY", summary)], &["check", "topology.yaml", "--output", &option]);
    assert_eq!(outcome.status, 1, "{}", outcome.text());
    let text = std::fs::read_to_string(summary).unwrap();
    assert!(text.starts_with("# Before\n## isolint\n"), "{text}");
}
