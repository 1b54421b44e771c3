//! Zones, and what is known by name only.

use super::{ARRAY, Call, Function, Kinds, Run, TEXT, function};
use crate::frontend::arm::expression::{Failure, Outcome, Refusal};
use crate::frontend::arm::value::Reason;

pub(super) const FUNCTIONS: &[Function] = &[
    function("fail", &[Kinds::TEXT], (1, 1), None, Run::Known(fail)),
    function("pickZones", &[Kinds::ANY], (3, 5), ARRAY, Run::Deployed(Reason::Deployment)),
    function("providers", &[Kinds::TEXT], (1, 2), None, Run::Deployed(Reason::Deployment)),
    function("toLogicalZone", &[Kinds::TEXT], (3, 3), TEXT, Run::Deployed(Reason::Deployment)),
    function(
        "toLogicalZones",
        &[Kinds::TEXT, Kinds::TEXT, Kinds::ARRAY],
        (3, 3),
        ARRAY,
        Run::Deployed(Reason::Deployment),
    ),
    function("toPhysicalZone", &[Kinds::TEXT], (3, 3), TEXT, Run::Deployed(Reason::Deployment)),
    function(
        "toPhysicalZones",
        &[Kinds::TEXT, Kinds::TEXT, Kinds::ARRAY],
        (3, 3),
        ARRAY,
        Run::Deployed(Reason::Deployment),
    ),
    function("extensions", &[Kinds::TEXT], (1, 1), None, Run::NotSupported),
    function("externalInput", &[Kinds::TEXT, Kinds::ANY], (1, 2), None, Run::NotSupported),
    function("externalInputs", &[Kinds::TEXT, Kinds::ANY], (1, 2), None, Run::NotSupported),
    function("like", &[Kinds::TEXT], (2, 2), super::BOOL, Run::NotSupported),
    function("buildUri", &[Kinds::OBJECT], (1, 1), TEXT, Run::NotSupported),
    function("parseUri", &[Kinds::TEXT], (1, 1), super::OBJECT, Run::NotSupported),
];

fn fail(call: &mut Call<'_>) -> Outcome {
    let shown: String = call.text(0)?.chars().take(200).collect();
    Err(Failure::Wrong { argument: None, refusal: Refusal::new("fail", format!("the template fails here: {shown}")) })
}
