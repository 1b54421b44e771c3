//! Points in time: read as ISO 8601 writes them, written by the format strings of .NET in its invariant culture.

/// A point in time of the years 1 to 9999, and the zone that it was written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    /// Seconds since the start of 1970, in UTC.
    epoch: i64,
    /// Ten millionths of a second on top.
    ticks: u32,
    /// Minutes that its clock is ahead of UTC; `None` where no zone was written.
    zone: Option<i64>,
}

/// What a calendar and a clock show.
#[derive(Debug, Clone, Copy)]
struct Fields {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    /// Days since Sunday.
    weekday: i64,
}

const DAY: i64 = 86_400;
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
/// The start of the year 1 and the end of the year 9999.
const WITHIN: std::ops::Range<i64> = -62_135_596_800..253_402_300_800;

/// The days from the start of 1970 to a date of the Gregorian calendar. Years start in March, so that the day that
/// leap years add is their last one.
fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

/// Takes texts apart from their start.
struct Scanner<'a>(&'a str);

impl Scanner<'_> {
    /// A number of exactly so many digits.
    fn number(&mut self, digits: usize) -> Option<i64> {
        let text = self.0.get(..digits).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
        self.0 = self.0.get(digits..)?;
        text.parse().ok()
    }

    fn accept(&mut self, signs: &[char]) -> bool {
        let found = self.0.strip_prefix(signs);
        self.0 = found.unwrap_or(self.0);
        found.is_some()
    }

    fn digits(&mut self) -> &str {
        let end = self.0.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at_checked(end).unwrap_or((self.0, ""));
        self.0 = rest;
        digits
    }
}

impl Moment {
    /// Reads `2026-01-31`, `2026-01-31T12:00:00.5+01:00`, the same with a blank in place of the `T`, and `20260131T120000Z`.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut scanner = Scanner(text.trim());
        let year = scanner.number(4)?;
        let dashes = scanner.accept(&['-']);
        let month = scanner.number(2)?;
        if scanner.accept(&['-']) != dashes {
            return None;
        }
        let day = scanner.number(2)?;
        let (mut seconds, mut ticks) = (0, 0);
        let has_time = scanner.accept(&['T', 't', ' ']);
        if has_time {
            (seconds, ticks) = time(&mut scanner, dashes)?;
        }
        let zone = if has_time { zone(&mut scanner, dashes)? } else { None };
        let days = days_of(year, month, day);
        if !scanner.0.is_empty() || date_of(days) != (year, month, day) {
            return None;
        }
        Self { epoch: 0, ticks, zone }.at(days * DAY + seconds - zone.unwrap_or(0) * 60)
    }

    pub(super) fn of_epoch(epoch: i64) -> Option<Self> {
        Self { epoch: 0, ticks: 0, zone: Some(0) }.at(epoch)
    }

    fn at(self, epoch: i64) -> Option<Self> {
        WITHIN.contains(&epoch).then_some(Self { epoch, ..self })
    }

    pub(super) fn epoch(self) -> i64 {
        self.epoch
    }

    pub(super) fn plus(self, seconds: i64) -> Option<Self> {
        self.at(self.epoch.checked_add(seconds)?)
    }

    /// Whether it is a whole second, told in UTC.
    pub(super) fn is_plain(self) -> bool {
        self.ticks == 0 && self.zone == Some(0)
    }

    fn fields(self) -> Fields {
        let local = self.epoch + self.zone.unwrap_or(0) * 60;
        let (days, seconds) = (local.div_euclid(DAY), local.rem_euclid(DAY));
        let (year, month, day) = date_of(days);
        let weekday = (days + 4).rem_euclid(7);
        Fields { year, month, day, hour: seconds / 3600, minute: seconds / 60 % 60, second: seconds % 60, weekday }
    }

    /// The date by a standard format string, which is one letter, or by one that is made of parts; `None` for what is
    /// not understood.
    pub(super) fn written(self, format: &str) -> Option<String> {
        let long = match format {
            "" | "G" => "MM/dd/yyyy HH:mm:ss",
            "d" => "MM/dd/yyyy",
            "D" => "dddd, dd MMMM yyyy",
            "f" => "dddd, dd MMMM yyyy HH:mm",
            "F" => "dddd, dd MMMM yyyy HH:mm:ss",
            "g" => "MM/dd/yyyy HH:mm",
            "m" | "M" => "MMMM dd",
            "o" | "O" => "yyyy-MM-ddTHH:mm:ss.fffffffK",
            "r" | "R" => "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
            "s" => "yyyy-MM-ddTHH:mm:ss",
            "t" => "HH:mm",
            "T" => "HH:mm:ss",
            "u" => "yyyy-MM-dd HH:mm:ss'Z'",
            "y" | "Y" => "yyyy MMMM",
            _ if format.len() < 2 => return None,
            _ => format,
        };
        // These two are told in UTC, whatever the zone.
        let moment = if matches!(format, "r" | "R" | "u") { Self { zone: Some(0), ..self } } else { self };
        moment.custom(long)
    }

    fn custom(self, format: &str) -> Option<String> {
        let (fields, mut text, mut rest) = (self.fields(), String::new(), format);
        while let Some(letter) = rest.chars().next() {
            let count = rest.chars().take_while(|other| *other == letter).count();
            let width = letter.len_utf8();
            let mut taken = count * width;
            match letter {
                '\'' | '"' => {
                    let (quoted, _) = rest.get(1..)?.split_once(letter)?;
                    text.push_str(quoted);
                    taken = quoted.len() + 2;
                }
                '\\' => {
                    let next = rest.get(1..)?.chars().next()?;
                    text.push(next);
                    taken = 1 + next.len_utf8();
                }
                '%' => taken = 1,
                'f' | 'F' | 'K' | 'z' => text.push_str(&self.fraction_or_zone(letter, count)?),
                'y' | 'M' | 'd' | 'H' | 'h' | 'm' | 's' | 't' | 'g' => text.push_str(&fields.part(letter, count)?),
                other => text.extend(std::iter::repeat_n(other, count)),
            }
            rest = rest.get(taken..)?;
        }
        Some(text)
    }

    fn fraction_or_zone(self, letter: char, count: usize) -> Option<String> {
        let digits = format!("{:07}", self.ticks);
        match (letter, count) {
            ('f', 1..=7) => digits.get(..count).map(str::to_owned),
            ('K', 1) => match self.zone {
                None => Some(String::new()),
                Some(0) => Some("Z".to_owned()),
                Some(zone) => Some(format!("{:+03}:{:02}", zone / 60, zone.abs() % 60)),
            },
            ('z', 3) => self.zone.map(|zone| format!("{:+03}:{:02}", zone / 60, zone.abs() % 60)),
            _ => None,
        }
    }
}

impl Fields {
    fn part(&self, letter: char, count: usize) -> Option<String> {
        let name = |names: &[&'static str], index: i64| names.get(usize::try_from(index).ok()?).copied();
        let short = |name: &str| name.get(..3).map(str::to_owned);
        let twelve = if self.hour % 12 == 0 { 12 } else { self.hour % 12 };
        let number = match (letter, count) {
            ('y', 1 | 2) => self.year % 100,
            ('y', _) => self.year,
            ('M', 3) => return name(&MONTHS, self.month - 1).and_then(short),
            ('M', 4..) => return name(&MONTHS, self.month - 1).map(str::to_owned),
            ('d', 3) => return name(&WEEKDAYS, self.weekday).and_then(short),
            ('d', 4..) => return name(&WEEKDAYS, self.weekday).map(str::to_owned),
            ('t', _) => {
                let half = if self.hour < 12 { "AM" } else { "PM" };
                return half.get(..count.min(2)).map(str::to_owned);
            }
            ('M', _) => self.month,
            ('d', _) => self.day,
            ('H', _) => self.hour,
            ('h', _) => twelve,
            ('m', _) => self.minute,
            ('s', _) => self.second,
            _ => return None,
        };
        let width = if letter == 'y' { count.min(20) } else { count.min(2) };
        Some(format!("{number:0width$}"))
    }
}

/// Seconds of the day, and ten millionths on top.
fn time(scanner: &mut Scanner<'_>, separated: bool) -> Option<(i64, u32)> {
    let hour = scanner.number(2)?;
    if scanner.accept(&[':']) != separated {
        return None;
    }
    let minute = scanner.number(2)?;
    let (mut second, mut ticks) = (0, 0);
    let has_seconds =
        if separated { scanner.accept(&[':']) } else { scanner.0.starts_with(|c: char| c.is_ascii_digit()) };
    if has_seconds {
        second = scanner.number(2)?;
        if scanner.accept(&['.', ',']) {
            let digits = scanner.digits();
            ticks = if (1..=7).contains(&digits.len()) { format!("{digits:0<7}").parse().ok()? } else { return None };
        }
    }
    (hour < 24 && minute < 60 && second < 60).then_some((hour * 3600 + minute * 60 + second, ticks))
}

/// `Z`, `+01:00` or nothing.
#[allow(clippy::option_option)]
fn zone(scanner: &mut Scanner<'_>, separated: bool) -> Option<Option<i64>> {
    if scanner.accept(&['Z', 'z']) {
        return Some(Some(0));
    }
    let sign = match scanner.0.chars().next() {
        Some('+') => 1,
        Some('-') => -1,
        _ => return Some(None),
    };
    scanner.accept(&['+', '-']);
    let hours = scanner.number(2)?;
    let minutes = if scanner.accept(&[':']) == separated { scanner.number(2)? } else { return None };
    (hours <= 14 && minutes < 60).then_some(Some(sign * (hours * 60 + minutes)))
}

/// The seconds of `P1Y2M3DT4H5M6S`, perhaps with a minus before it.
pub(super) fn duration(text: &str) -> Option<i64> {
    let (sign, rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let rest = rest.strip_prefix('P')?;
    let (days, time) = rest.split_once('T').map_or((rest, None), |(days, time)| (days, Some(time)));
    let date = parts(days, &[('Y', 365 * DAY), ('M', 30 * DAY), ('D', DAY)])?;
    let clock = match time {
        None => (0, 0),
        Some("") => return None,
        Some(time) => parts(time, &[('H', 3600), ('M', 60), ('S', 1)])?,
    };
    if date.1 + clock.1 == 0 { None } else { date.0.checked_add(clock.0)?.checked_mul(sign) }
}

/// The sum of parts that come in that order, each at most once, and how many there are.
fn parts(text: &str, units: &[(char, i64)]) -> Option<(i64, usize)> {
    let (mut scanner, mut sum, mut count, mut units) = (Scanner(text), 0_i64, 0, units.iter());
    while !scanner.0.is_empty() {
        let number: i64 = scanner.digits().parse().ok()?;
        let (_, unit) = units.by_ref().find(|(letter, _)| scanner.0.starts_with(*letter))?;
        scanner.0 = scanner.0.get(1..)?;
        sum = sum.checked_add(number.checked_mul(*unit)?)?;
        count += 1;
    }
    Some((sum, count))
}
