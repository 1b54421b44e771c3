//! Functions of address ranges and ports.

use std::net::IpAddr;

use ipnet::IpNet;

use super::super::code::Run;
use super::super::machine::Machine;
use super::super::values::{Item, ListVal, Val};
use super::members::{Walk, about};
use crate::topology::ReasonId;

/// An address range: first and last address of one family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Range {
    version: u8,
    first: u128,
    last: u128,
}

impl Range {
    /// A range in CIDR form or a single address.
    fn parse(text: &str) -> Option<Self> {
        Self::parse_usual(text).or_else(|| Self::parse_any(text))
    }

    /// The plain form of IPv4, which rules and routes are compared by very often; nothing for all else.
    fn parse_usual(text: &str) -> Option<Self> {
        let mut rest = text.as_bytes();
        let mut address = 0;
        for index in 0..4 {
            if index > 0 {
                rest = rest.strip_prefix(b".")?;
            }
            address = address << 8 | number(&mut rest, 255)?;
        }
        let mut length = 32;
        if let Some(after) = rest.strip_prefix(b"/") {
            rest = after;
            length = number(&mut rest, 32)?;
        }
        let hosts = u32::MAX.checked_shr(length).unwrap_or(0);
        let range = Self { version: 4, first: (address & !hosts).into(), last: (address | hosts).into() };
        rest.is_empty().then_some(range)
    }

    fn parse_any(text: &str) -> Option<Self> {
        let (version, first, last) = if text.contains('/') {
            match text.parse().ok()? {
                IpNet::V4(net) => (4, u32::from(net.network()).into(), u32::from(net.broadcast()).into()),
                IpNet::V6(net) => (6, net.network().into(), net.broadcast().into()),
            }
        } else {
            match text.parse().ok()? {
                IpAddr::V4(address) => (4, u32::from(address).into(), u32::from(address).into()),
                IpAddr::V6(address) => (6, address.into(), address.into()),
            }
        };
        Some(Self { version, first, last })
    }

    /// How many leading bits all its addresses share.
    fn prefix_length(self) -> i64 {
        let width = if self.version == 4 { 32 } else { 128 };
        width - i64::from((self.first ^ self.last).count_ones())
    }

    fn contains(self, other: Self) -> bool {
        self.version == other.version && self.first <= other.first && other.last <= self.last
    }
}

/// Takes a number without leading zeros from the front of a text.
fn number(text: &mut &[u8], most: u32) -> Option<u32> {
    let (mut number, mut digits) = (0, 0);
    while let [digit @ b'0'..=b'9', rest @ ..] = *text {
        if (digits > 0 && number == 0) || number > most {
            return None;
        }
        (number, digits, *text) = (number * 10 + u32::from(*digit - b'0'), digits + 1, rest);
    }
    (digits > 0 && number <= most).then_some(number)
}

fn ranges(left: &str, right: &str) -> Option<(Range, Range)> {
    Some((Range::parse(left)?, Range::parse(right)?))
}

/// Whether the left range holds all of the right one.
pub(super) fn contains(left: &str, right: &str) -> bool {
    ranges(left, right).is_some_and(|(left, right)| left.contains(right))
}

/// Whether two ranges have an address in common. Ranges in CIDR form are nested or apart.
pub(super) fn overlaps(left: &str, right: &str) -> bool {
    ranges(left, right).is_some_and(|(left, right)| left.contains(right) || right.contains(left))
}

/// `isCIDR(text)`
pub(super) fn is_range(text: Run) -> Run {
    Box::new(move |machine| match text(machine) {
        Val::Text(symbol) => Val::Bool(Range::parse(machine.text(symbol)).is_some()),
        unknown @ Val::Unknown(_) => unknown,
        _ => Val::FALSE,
    })
}

/// `prefixLength(range)`
pub(super) fn prefix_length(text: Run) -> Run {
    Box::new(move |machine| match text(machine) {
        Val::Text(symbol) => {
            let range = Range::parse(machine.text(symbol));
            range.map_or(Val::Absent, |range| Val::Int(range.prefix_length()))
        }
        unknown @ Val::Unknown(_) => unknown,
        _ => Val::Absent,
    })
}

/// `range.addressCount()`: of what is no range nothing; of more addresses than can be counted the largest number.
pub(super) fn address_count(range: Run) -> Run {
    Box::new(move |machine| match range(machine) {
        Val::Text(symbol) => Range::parse(machine.text(symbol)).map_or(Val::Absent, |range| {
            let count = (range.last - range.first).saturating_add(1);
            Val::Int(i64::try_from(count).unwrap_or(i64::MAX))
        }),
        other => other,
    })
}

/// `portsInclude(list, number)`
pub(super) fn ports_include(ports: Run, number: Run) -> Run {
    Box::new(move |machine| {
        let number = match number(machine) {
            Val::Absent => return Val::FALSE,
            number => number,
        };
        let (mut walk, list) = match Walk::begin(machine, &ports) {
            Ok(begun) => begun,
            Err(Val::Absent) => return Val::TRUE,
            Err(other) => return other,
        };
        for index in 0..list.len {
            if !machine.step() {
                return Val::Unknown(ReasonId::COSTLY);
            }
            let item = machine.member(list, index);
            let held = match (number, item.value) {
                (_, Val::Unknown(_)) => None,
                (Val::Int(number), value) => Some(holds(machine, value, number)),
                (_, Val::Text(symbol)) if machine.text(symbol) == "*" => Some(true),
                _ => None,
            };
            machine.note_item(&item);
            match (held, item.in_doubt) {
                (Some(false), _) => walk.set_aside(machine),
                (Some(true), None) => {
                    walk.decided(machine);
                    return Val::TRUE;
                }
                (_, doubt) => {
                    let reason = doubt.or(super::super::machine::reason(number));
                    walk.doubt(machine, &item, reason.unwrap_or(ReasonId::OPEN));
                }
            }
        }
        walk.end(machine, list, Val::FALSE)
    })
}

/// Whether a port, a range `from-to` or `*` holds a port.
fn holds(machine: &Machine<'_>, ports: Val, number: i64) -> bool {
    let text = match ports {
        Val::Int(port) => return port == number,
        Val::Text(symbol) => machine.text(symbol).trim(),
        _ => return false,
    };
    let port = |text: &str| text.trim().parse::<i64>().ok();
    match text.split_once('-') {
        _ if text == "*" => true,
        None => port(text) == Some(number),
        Some((from, to)) => match (port(from), port(to)) {
            (Some(from), Some(to)) => (from..=to).contains(&number),
            _ => false,
        },
    }
}

/// The ranges of a list, for being asked very often which of them hold another.
#[derive(Debug)]
pub(in super::super) struct SortedRanges {
    /// Family and first address in order, with the greatest last address of those up to here.
    ranges: Vec<(u8, u128, u128)>,
}

impl SortedRanges {
    /// Nothing for a list with members that are no texts.
    fn new(machine: &Machine<'_>, list: ListVal) -> Option<Self> {
        let mut ranges = Vec::new();
        for index in 0..list.len {
            let Val::Text(symbol) = machine.member(list, index).value else { return None };
            ranges.extend(Range::parse(machine.text(symbol)));
        }
        Some(Self::of(&ranges))
    }

    fn of(ranges: &[Range]) -> Self {
        let mut ranges: Vec<_> = ranges.iter().map(|range| (range.version, range.first, range.last)).collect();
        ranges.sort_unstable();
        let mut greatest = (0, 0);
        for (version, _, last) in &mut ranges {
            greatest = greatest.max((*version, *last));
            *last = greatest.1;
        }
        Self { ranges }
    }

    fn hold(&self, other: Range) -> bool {
        let after =
            self.ranges.partition_point(|(version, first, _)| (*version, *first) <= (other.version, other.first));
        let before = after.checked_sub(1).and_then(|index| self.ranges.get(index));
        before.is_some_and(|(version, _, last)| *version == other.version && other.last <= *last)
    }
}

/// `list.exists(v, v.containsCIDR(variable))` for a list that stays the same: the list is sorted once, and only gone
/// through where the evidence is asked for or members are unknown.
pub(super) fn exists_holding(list: Run, variable: usize, exists: Run) -> Run {
    Box::new(move |machine| {
        if machine.tracing {
            return exists(machine);
        }
        match (list(machine), machine.variable(variable)) {
            (Val::List(list), Val::Text(symbol)) if list.stored && !list.open => {
                let key = (list.first, list.len);
                if !machine.sorted_ranges.contains_key(&key) {
                    let sorted = SortedRanges::new(machine, list);
                    machine.sorted_ranges.insert(key, sorted);
                }
                match machine.sorted_ranges.get(&key) {
                    Some(Some(sorted)) => Val::Bool(Range::parse(machine.text(symbol)).is_some_and(|r| sorted.hold(r))),
                    _ => exists(machine),
                }
            }
            _ => exists(machine),
        }
    })
}

/// A range of a member of a list.
struct Stretch {
    range: Range,
    member: usize,
}

/// The ranges of a list's members.
#[derive(Default)]
struct Stretches {
    stretches: Vec<Stretch>,
    /// Per member whether it has ranges, and why some of them cannot be told.
    members: Vec<(bool, Option<ReasonId>)>,
}

impl Stretches {
    /// Adds ranges of the last member.
    fn add(&mut self, machine: &Machine<'_>, value: Val) {
        match value {
            Val::Text(symbol) => {
                let member = self.members.len().saturating_sub(1);
                if let Some(range) = Range::parse(machine.text(symbol)) {
                    self.stretches.push(Stretch { range, member });
                    if let Some((has_ranges, _)) = self.members.last_mut() {
                        *has_ranges = true;
                    }
                }
            }
            Val::Unknown(reason) => self.doubt(reason),
            Val::List(list) => {
                if list.open {
                    self.doubt(ReasonId::OPEN);
                }
                for index in 0..list.len {
                    let item = machine.member(list, index);
                    match item.in_doubt {
                        Some(reason) => self.doubt(reason),
                        None => self.add(machine, item.value),
                    }
                }
            }
            _ => {}
        }
    }

    fn doubt(&mut self, reason: ReasonId) {
        if let Some((_, doubt)) = self.members.last_mut() {
            *doubt = doubt.or(Some(reason));
        }
    }
}

/// `list.overlapping(v, prefixes)`, by one sweep over the sorted ranges.
pub(super) fn overlapping(list: Run, prefixes: Run) -> Run {
    Box::new(move |machine| {
        let list = match list(machine) {
            Val::List(list) => list,
            other => return other,
        };
        let start = machine.trail.len();
        let Some((items, stretches)) = gather(machine, list, &prefixes) else {
            return Val::Unknown(ReasonId::COSTLY);
        };
        if items.len() > super::super::machine::SHORT_LIST {
            machine.trail.truncate(start);
        }
        let found = overlapping_items(&items, &stretches);
        machine.list(found, list.open)
    })
}

/// The members of a list with their ranges; nothing if it costs too much.
fn gather(machine: &mut Machine<'_>, list: ListVal, prefixes: &Run) -> Option<(Vec<Item>, Stretches)> {
    let mut members = machine.members(list);
    // Which of two objects comes first does not hang on where they stand in a file.
    if members.iter().all(|item| matches!(item.value, Val::Object(_))) {
        let topology = machine.topology();
        members.sort_by_cached_key(|item| match item.value {
            Val::Object(id) => topology.qualified_name(id),
            _ => String::new(),
        });
    }
    let mut items = Vec::new();
    let mut stretches = Stretches::default();
    for item in members {
        if !machine.step() {
            return None;
        }
        let mark = machine.mark();
        let value = about(machine, item, prefixes);
        stretches.members.push((false, None));
        stretches.add(machine, value);
        machine.release(mark);
        items.push(item);
    }
    Some((items, stretches))
}

/// The members that overlap an earlier one, or may.
fn overlapping_items(items: &[Item], ranges: &Stretches) -> Vec<Item> {
    let certain = earliest(&ranges.stretches, items.len(), |member| {
        items.get(member).is_some_and(|item| item.in_doubt.is_none())
    });
    let possible = earliest(&ranges.stretches, items.len(), |_| true);
    let mut found = Vec::new();
    // Why an earlier member may overlap anything.
    let mut earlier_doubt = None;
    for (index, (item, (has_ranges, own_doubt))) in items.iter().zip(&ranges.members).enumerate() {
        let before = |earliest: &[usize]| earliest.get(index).copied().filter(|e| *e < index);
        let doubt = if before(&certain).is_some() {
            Some(None)
        } else if let Some(earlier) = before(&possible) {
            Some(items.get(earlier).and_then(|item| item.in_doubt))
        } else if own_doubt.is_some() && index > 0 {
            Some(*own_doubt)
        } else {
            earlier_doubt.filter(|_| *has_ranges).map(Some)
        };
        found.extend(doubt.map(|doubt| Item { in_doubt: item.in_doubt.or(doubt), ..*item }));
        earlier_doubt = earlier_doubt.or(*own_doubt);
    }
    found
}

/// Per member the earliest member that counts and overlaps it; itself or later where there is none before it.
fn earliest(stretches: &[Stretch], members: usize, counts: impl Fn(usize) -> bool) -> Vec<usize> {
    let mut sorted: Vec<&Stretch> = stretches.iter().collect();
    // An outer range comes before the ranges within it.
    sorted.sort_by_key(|stretch| {
        let range = stretch.range;
        (range.version, range.first, std::cmp::Reverse(range.last))
    });
    let mut answer = vec![usize::MAX; members];
    let mut note = |member: usize, other: usize| {
        if let Some(least) = answer.get_mut(member) {
            *least = (*least).min(other);
        }
    };
    // The ranges around the current one, each with the earliest member of those around it and of those within it.
    let mut around: Vec<(&Stretch, usize, usize)> = Vec::new();
    let own = |stretch: &Stretch| match counts(stretch.member) {
        true => stretch.member,
        false => usize::MAX,
    };
    let mut close = |around: &mut Vec<(&Stretch, usize, usize)>| {
        let Some((stretch, outer, inner)) = around.pop() else {
            return;
        };
        note(stretch.member, outer.min(inner));
        if let Some((_, _, parent)) = around.last_mut() {
            *parent = (*parent).min(inner).min(own(stretch));
        }
    };
    for stretch in sorted {
        while around.last().is_some_and(|(outer, ..)| !outer.range.contains(stretch.range)) {
            close(&mut around);
        }
        let outer = around.last().map_or(usize::MAX, |(last, outer, _)| (*outer).min(own(last)));
        around.push((stretch, outer, usize::MAX));
    }
    while !around.is_empty() {
        close(&mut around);
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::{Range, SortedRanges};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_usual_form_is_read_as_any(text in "([0-9]{1,3}|2[0-9]{2}|0)(\\.([0-9]{1,3}|1[0-9]{2}|0)){2,4}(/([0-9]{0,3}|[12][0-9]))?[ ./]?") {
            if let Some(range) = Range::parse_usual(&text) {
                prop_assert_eq!(Some(range), Range::parse_any(&text), "{}", text);
            }
        }
    }

    proptest! {
        #[test]
        fn sorted_ranges_hold_what_one_of_them_holds(
            texts in prop::collection::vec("10\\.[0-3]\\.0\\.[0-3](/(0|8|1[46]|3[012]))?|(fd00)?::[0-3](/(8|12[678]))?", 0..8),
            other in "10\\.[0-3]\\.0\\.[0-3](/(8|16|31))?|::[0-3](/126)?"
        ) {
            let ranges: Vec<Range> = texts.iter().filter_map(|text| Range::parse(text)).collect();
            let other = Range::parse(&other).unwrap_or(Range { version: 4, first: 0, last: 0 });
            let expected = ranges.iter().any(|range| range.contains(other));
            prop_assert_eq!(SortedRanges::of(&ranges).hold(other), expected);
        }
    }

    #[test]
    fn plain_ranges_have_the_usual_form() {
        for text in ["10.0.0.0", "10.1.2.3/8", "0.0.0.0/0", "255.255.255.255/32", "192.168.0.0/16", "1.2.3.4/31"] {
            assert_eq!(Range::parse_usual(text), Range::parse_any(text), "{text}");
            assert!(Range::parse_usual(text).is_some(), "{text}");
        }
        for text in ["", "10.0.0", "10.0.0.0.0", "10.0.0.256", "10.0.0.0/33", "10.0.0.0/", "10.0.0.01", "::/0", "a"] {
            assert_eq!(Range::parse_usual(text), None, "{text}");
        }
    }
}
