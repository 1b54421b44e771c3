//! Functions on ranges of addresses.

use std::net::IpAddr;

use ipnet::IpNet;

use super::{Call, Function, Kinds, OBJECT, Run, TEXT, function};
use crate::frontend::arm::expression::{Failure, Outcome};
use crate::frontend::arm::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    function("parseCidr", &[Kinds::TEXT], (1, 1), OBJECT, Run::Known(parse)),
    function("cidrSubnet", &[Kinds::TEXT, Kinds::INT], (3, 3), TEXT, Run::Known(subnet)),
    function("cidrHost", &[Kinds::TEXT, Kinds::INT], (2, 2), TEXT, Run::Known(host)),
];

fn network(call: &Call<'_>) -> Result<IpNet, Failure> {
    let text = call.text(0)?;
    let network: IpNet = text.parse().map_err(|_| {
        let shown: String = text.chars().take(60).collect();
        Failure::argument(0, format!("`{shown}` is not a range of addresses")).help("write one as `10.0.0.0/16`")
    })?;
    Ok(network.trunc())
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    }
}

/// The address of that number, of the family of another.
fn address(number: u128, like: IpAddr) -> Option<IpAddr> {
    match like {
        IpAddr::V4(_) => u32::try_from(number).ok().map(|number| IpAddr::V4(number.into())),
        IpAddr::V6(_) => Some(IpAddr::V6(number.into())),
    }
}

/// The first and last address that a host may have.
fn usable(network: &IpNet) -> (u128, u128) {
    let (first, last) = (number(network.network()), number(network.broadcast()));
    let spare = u128::from(matches!(network, IpNet::V4(_)) && last - first > 1);
    (first + spare, last - spare)
}

fn parse(call: &mut Call<'_>) -> Outcome {
    let network = network(call)?;
    let (first, last) = usable(&network);
    let text =
        |number: u128| address(number, network.network()).map_or_else(String::new, |address| address.to_string());
    let mut entries = vec![
        ("network", Value::text(&network.network().to_string())),
        ("netmask", Value::text(&network.netmask().to_string())),
    ];
    if matches!(network, IpNet::V4(_)) {
        entries.push(("broadcast", Value::text(&network.broadcast().to_string())));
    }
    entries.extend([
        ("firstUsable", Value::text(&text(first))),
        ("lastUsable", Value::text(&text(last))),
        ("cidr", Value::new(i64::from(network.prefix_len()).into())),
    ]);
    Ok(Value::object(entries))
}

fn subnet(call: &mut Call<'_>) -> Outcome {
    let (network, length, index) = (network(call)?, call.int(1)?, call.int(2)?);
    let most = network.max_prefix_len();
    let length =
        u8::try_from(length).ok().filter(|length| (network.prefix_len()..=most).contains(length)).ok_or_else(|| {
            Failure::argument(1, format!("the new prefix is not within /{} and /{most}", network.prefix_len()))
        })?;
    let found = u128::try_from(index)
        .ok()
        .and_then(|index| index.checked_mul(1_u128.checked_shl(u32::from(most - length))?))
        .and_then(|offset| number(network.network()).checked_add(offset))
        .filter(|start| *start <= number(network.broadcast()))
        .and_then(|start| address(start, network.network()));
    let start = found.ok_or_else(|| Failure::argument(2, format!("`{network}` has no /{length} of number {index}")))?;
    Ok(Value::text(&format!("{start}/{length}")))
}

fn host(call: &mut Call<'_>) -> Outcome {
    let (network, index) = (network(call)?, call.int(1)?);
    let (first, last) = usable(&network);
    let found = u128::try_from(index)
        .ok()
        .and_then(|index| first.checked_add(index))
        .filter(|host| *host <= last)
        .and_then(|host| address(host, network.network()));
    let host = found.ok_or_else(|| Failure::argument(1, format!("`{network}` has no host of number {index}")))?;
    Ok(Value::text(&host.to_string()))
}
