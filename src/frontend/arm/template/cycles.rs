//! Resources that wait for themselves by `dependsOn`.

use super::engine::{Engine, ResourceId};
use crate::frontend::arm::expression::Evaluator;
use crate::source::{NodeId, Problem};

/// A resource whose dependencies are being followed, and how many of these have been.
struct Step {
    resource: ResourceId,
    /// Where it is named by the one before it.
    named_at: NodeId,
    next: usize,
}

/// Whether the dependencies of a resource have been followed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    Not,
    OnPath,
    Done,
}

impl Engine<'_> {
    /// Reports each circle of resources that are certain to be there.
    pub(super) fn check_cycles(&self, evaluator: &mut Evaluator<'_>) {
        let mut seen = vec![Seen::Not; self.resources.len()];
        let mut mark = |resource: ResourceId, as_seen: Seen| {
            let slot = seen.get_mut(resource);
            slot.map_or(Seen::Done, |slot| std::mem::replace(slot, as_seen))
        };
        let mut path: Vec<Step> = Vec::new();
        for start in 0..self.resources.len() {
            if self.certain(start).is_empty() || mark(start, Seen::OnPath) != Seen::Not {
                mark(start, Seen::Done);
                continue;
            }
            path.push(Step { resource: start, named_at: NodeId::NOWHERE, next: 0 });
            while let Some(step) = path.last_mut() {
                let waits_for = self.certain(step.resource);
                let Some((next, at)) = waits_for.get(step.next).copied() else {
                    mark(step.resource, Seen::Done);
                    path.pop();
                    continue;
                };
                step.next += 1;
                match mark(next, Seen::OnPath) {
                    Seen::OnPath => self.report_cycle(evaluator, &path, next, at),
                    Seen::Not if !self.certain(next).is_empty() => {
                        path.push(Step { resource: next, named_at: at, next: 0 });
                    }
                    _ => _ = mark(next, Seen::Done),
                }
            }
        }
    }

    /// What a resource waits for, if it is certain to be there itself.
    fn certain(&self, resource: ResourceId) -> &[(ResourceId, NodeId)] {
        match self.resources.get(resource) {
            Some(declared) if declared.presence.is_certain() && !declared.existing => {
                self.waits.get(declared.waits_for.clone()).unwrap_or(&[])
            }
            _ => &[],
        }
    }

    /// Says that the last step of a path leads back to one of those before it.
    fn report_cycle(&self, evaluator: &mut Evaluator<'_>, path: &[Step], back_to: ResourceId, at: NodeId) {
        let name = |resource: ResourceId| {
            let declared = self.resources.get(resource);
            declared.map(|declared| declared.name.display()).unwrap_or_default()
        };
        let start = path.iter().position(|step| step.resource == back_to).unwrap_or(0);
        let circle = path.get(start..).unwrap_or(&[]);
        let message = format!("the resource `{}` waits for itself", name(back_to));
        let mut problem = Problem::error("cycle", self.sources.place(at), message);
        for step in circle.iter().skip(1).take(8) {
            problem =
                problem.related(self.sources.place(step.named_at), format!("`{}` is waited for", name(step.resource)));
        }
        evaluator.report(problem);
    }
}
