//! Which unit of one state is which of the other.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Side;
use crate::cli::split::{Sort, sort_of};
use crate::cli::units::{Unit, clean};

/// What a unit is called in its state.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    /// The folder below the path of the state.
    folder: PathBuf,
    /// The template that makes it, as seen from that path; nothing for topology files.
    template: Option<PathBuf>,
    /// Its parameters: their file without the name of the template, so that these may be called anew together.
    parameters: Option<String>,
}

impl Place {
    fn of(side: &Side, unit: &Unit) -> Self {
        let folder = side.below(&unit.root);
        let Some(file) = unit.files.first().filter(|file| sort_of(file) == Sort::Template) else {
            return Self { folder, template: None, parameters: None };
        };
        let template = Path::new(&file.name);
        let stem = template.file_stem().and_then(|stem| stem.to_str()).unwrap_or("");
        let parameters = unit.files.get(1).and_then(|set| Path::new(&set.name).file_name()?.to_str());
        let parameters = parameters.map(|name| name.strip_prefix(stem).unwrap_or(name).to_owned());
        Self { folder, template: Some(side.below(template)), parameters }
    }

    /// What has to be equal in a round.
    fn in_round(&self, round: Round) -> Self {
        Self {
            folder: self.folder.clone(),
            template: self.template.clone().map(|template| if round.by_template { template } else { PathBuf::new() }),
            parameters: self.parameters.clone().filter(|_| round.by_parameters),
        }
    }
}

/// By what units of one folder are paired.
#[derive(Debug, Clone, Copy)]
struct Round {
    by_template: bool,
    by_parameters: bool,
}

/// First everything has to be equal, then less and less: templates and parameters may have other names than before.
const ROUNDS: [Round; 4] = [
    Round { by_template: true, by_parameters: true },
    Round { by_template: true, by_parameters: false },
    Round { by_template: false, by_parameters: true },
    Round { by_template: false, by_parameters: false },
];

/// Units that may be each other's, of the earlier and of the later state.
type Group = [Vec<(Place, Unit)>; 2];

/// Pairs the units of both states: the only ones with each other; else by where they stand, by template and parameters;
/// and what is then left alone in its folder with the only one that is left there. What is in one state only is compared
/// with nothing.
pub(super) fn pair(sides: &mut [Side; 2]) -> Vec<(Unit, Unit)> {
    let [old, new] = sides;
    let (of_old, of_new) = (std::mem::take(&mut old.units), std::mem::take(&mut new.units));
    if of_old.len() == 1 && of_new.len() == 1 {
        return of_old.into_iter().zip(of_new).collect();
    }
    let placed = |side: &Side, units: Vec<Unit>| units.into_iter().map(|unit| (Place::of(side, &unit), unit)).collect();
    let mut rest: Group = [placed(old, of_old), placed(new, of_new)];
    let mut pairs: Vec<(Place, Unit, Unit)> = Vec::new();
    for round in ROUNDS {
        let mut groups: BTreeMap<Place, Group> = BTreeMap::new();
        for (side, units) in std::mem::take(&mut rest).into_iter().enumerate() {
            for unit in units {
                if let Some(group) = groups.entry(unit.0.in_round(round)).or_default().get_mut(side) {
                    group.push(unit);
                }
            }
        }
        for [old, new] in groups.into_values() {
            // A template that has parameters in several files is compared with what has none, or others, in one.
            let is_one_template = round.by_template && !round.by_parameters;
            match (old.len(), new.len()) {
                (1, 1) => {
                    let both = old.into_iter().zip(new);
                    pairs.extend(both.map(|((_, old), (place, new))| (place, old, new)));
                }
                (1, 2..) if is_one_template => {
                    let old = old.into_iter().map(|(_, old)| old).cycle();
                    pairs.extend(old.zip(new).map(|(old, (place, new))| (place, old, new)));
                }
                (2.., 1) if is_one_template => {
                    let new = new.into_iter().map(|(_, new)| new).cycle();
                    pairs.extend(old.into_iter().zip(new).map(|((place, old), new)| (place, old, new)));
                }
                _ => {
                    let [rest_old, rest_new] = &mut rest;
                    rest_old.extend(old);
                    rest_new.extend(new);
                }
            }
        }
    }
    let nothing = |other: &Unit| Unit { root: other.root.clone(), variant: other.variant.clone(), ..Unit::default() };
    let [of_old, of_new] = rest;
    pairs.extend(of_old.into_iter().map(|(place, old)| {
        let new = nothing(&old);
        (place, old, new)
    }));
    pairs.extend(of_new.into_iter().map(|(place, new)| (place, nothing(&new), new)));
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    pairs.into_iter().map(|(_, old, new)| (old, new)).collect()
}

impl Side {
    /// A path as seen from that of the state; the same in both states.
    fn below(&self, path: &Path) -> PathBuf {
        let path = clean(path);
        if self.path == Path::new(".") {
            return if path == Path::new(".") { PathBuf::new() } else { path };
        }
        path.strip_prefix(&self.path).map(Path::to_path_buf).unwrap_or_default()
    }
}
