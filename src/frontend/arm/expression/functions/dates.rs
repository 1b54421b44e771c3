//! Dates: adding to them, counting seconds, and the time of the deployment.

use super::moments::{Moment, duration};
use super::{Call, Function, INT, Kinds, Run, TEXT, function};
use crate::frontend::arm::expression::{Failure, Outcome};
use crate::frontend::arm::value::{Reason, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    function("utcNow", &[Kinds::TEXT], (0, 1), TEXT, Run::Deployed(Reason::Time)),
    function("dateTimeAdd", &[Kinds::TEXT], (2, 3), TEXT, Run::Known(add)),
    function("dateTimeFromEpoch", &[Kinds::INT], (1, 1), TEXT, Run::Known(from_epoch)),
    function("dateTimeToEpoch", &[Kinds::TEXT], (1, 1), INT, Run::Known(to_epoch)),
];

/// How a date is written where no format is asked for.
const PLAIN: &str = "yyyy-MM-ddTHH:mm:ssZ";

fn moment(call: &Call<'_>) -> Result<Moment, Failure> {
    let text = call.text(0)?;
    let read = Moment::read(text);
    read.ok_or_else(|| {
        // The engine reads more ways of writing a date than are read here.
        if text.chars().filter(char::is_ascii_digit).count() > 3 {
            return Failure::Unknown(Reason::NotSupported);
        }
        let shown: String = text.chars().take(60).collect();
        Failure::argument(0, format!("`{shown}` is not a date")).help("write one as `2026-01-31T12:00:00Z`")
    })
}

/// Years count 365 days, and months 30.
fn add(call: &mut Call<'_>) -> Outcome {
    let moment = moment(call)?;
    let text = call.text(1)?;
    let seconds = duration(text).ok_or_else(|| {
        let shown: String = text.chars().take(60).collect();
        Failure::argument(1, format!("`{shown}` is not a duration"))
            .help("write one as `P1D` for a day, `-PT1H` for an hour back, `P1Y2M3DT4H5M6S` for all parts")
    })?;
    let later = moment.plus(seconds).ok_or_else(|| Failure::argument(1, "the date is beyond the year 9999"))?;
    let format = if call.count() > 2 {
        call.text(2)?
    } else if later.is_plain() {
        PLAIN
    } else {
        return Err(Failure::Unknown(Reason::NotSupported));
    };
    let written = later.written(format).ok_or(Failure::Unknown(Reason::NotSupported))?;
    call.budget.text(written.len())?;
    Ok(Value::text(&written))
}

fn from_epoch(call: &mut Call<'_>) -> Outcome {
    let moment = Moment::of_epoch(call.int(0)?)
        .ok_or_else(|| Failure::argument(0, "so many seconds lead out of the years 1 to 9999"))?;
    let written = moment.written(PLAIN).ok_or(Failure::Undetermined)?;
    Ok(Value::text(&written))
}

fn to_epoch(call: &mut Call<'_>) -> Outcome {
    Ok(Value::new(moment(call)?.epoch().into()))
}
