//! What is known about the pipeline that the command runs in.

use std::env;
use std::path::{Path, PathBuf};

use super::ReportFormat;
use crate::report::Repository;

/// A service that runs pipelines and shows reports of its own form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pipeline {
    Github,
    Gitlab,
    AzurePipelines,
}

impl Pipeline {
    /// The service that says of itself that it runs this process.
    pub(super) fn here() -> Option<Self> {
        let says_yes = |name: &str| variable(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
        [("GITHUB_ACTIONS", Self::Github), ("GITLAB_CI", Self::Gitlab), ("TF_BUILD", Self::AzurePipelines)]
            .into_iter()
            .find_map(|(name, pipeline)| says_yes(name).then_some(pipeline))
    }

    /// What shows best in its log.
    pub(super) const fn format(self) -> ReportFormat {
        match self {
            Self::Github => ReportFormat::Github,
            // It reads reports from files only; what stands in the log is for people.
            Self::Gitlab => ReportFormat::Human,
            Self::AzurePipelines => ReportFormat::AzurePipelines,
        }
    }

    /// What is said about the choice.
    pub(super) const fn remark(self) -> &'static str {
        match self {
            Self::Github => {
                "in GitHub Actions the report is made of workflow commands; `--format` chooses another form"
            }
            Self::Gitlab => {
                "GitLab shows findings in merge requests from a file only: `--output gitlab=PATH`, as the report \
                 `codequality` of the job"
            }
            Self::AzurePipelines => {
                "in Azure Pipelines the report is made of logging commands; `--format` chooses another form"
            }
        }
    }

    /// Where it checks out the repository.
    const fn folder(self) -> &'static str {
        match self {
            Self::Github => "GITHUB_WORKSPACE",
            Self::Gitlab => "CI_PROJECT_DIR",
            Self::AzurePipelines => "BUILD_SOURCESDIRECTORY",
        }
    }

    /// What addresses of files in the repository start with.
    fn pages(self) -> Option<String> {
        match self {
            Self::Github => {
                let (server, name) = (variable("GITHUB_SERVER_URL")?, variable("GITHUB_REPOSITORY")?);
                Some(format!("{server}/{name}/blob/{}", variable("GITHUB_SHA")?))
            }
            Self::Gitlab => Some(format!("{}/-/blob/{}", variable("CI_PROJECT_URL")?, variable("CI_COMMIT_SHA")?)),
            Self::AzurePipelines => None,
        }
    }
}

/// The repository around the working folder: the nearest folder with `.git` in it, else what the pipeline checked out,
/// else the working folder.
pub(super) fn repository() -> Repository {
    let pipeline = Pipeline::here();
    let working = env::current_dir().unwrap_or_default();
    let checked_out = || pipeline.and_then(|pipeline| variable(pipeline.folder())).map(PathBuf::from);
    let root = working.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_path_buf);
    let root = root.or_else(|| checked_out().filter(|folder| working.starts_with(folder)));
    let root = root.unwrap_or_else(|| working.clone());
    Repository::new(root, working, pipeline.and_then(Pipeline::pages))
}

/// Whether a path is that of the summary of the job, to which every step adds.
pub(super) fn is_job_summary(path: &Path) -> bool {
    variable("GITHUB_STEP_SUMMARY").is_some_and(|summary| Path::new(&summary) == path)
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
