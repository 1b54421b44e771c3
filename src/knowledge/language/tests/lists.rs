//! The truth table of lists in `rules/README.md`, cell by cell.

use super::table::check;

#[test]
fn exists_and_in() {
    check(&[
        ("known.instances.exists(x, x == \"b\")", "true"),
        ("known.instances.exists(x, x == \"z\")", "false"),
        ("member.instances.exists(x, x == \"b\")", "true"),
        ("member.instances.exists(x, x == \"z\")", "unknown"),
        ("member.instances.exists(x, absent.hierarchical_namespace)", "false"),
        ("first_doubtful.ports.exists(x, x == 3)", "true"),
        ("open.instances.exists(x, x == \"b\")", "true"),
        ("open.instances.exists(x, x == \"z\")", "unknown"),
        ("absent.instances.exists(x, x == \"b\")", "false"),
        ("unknown.instances.exists(x, x == \"b\")", "unknown"),
        ("net.subnets.exists(x, x.delegation == \"x\")", "true"),
        ("net.subnets.exists(x, x.delegation == \"y\")", "unknown"),
        ("net.subnets.exists(x, x.delegation == \"z\")", "false"),
        ("\"b\" in known.instances", "true"),
        ("\"z\" in known.instances", "false"),
        ("\"b\" in member.instances", "true"),
        ("\"z\" in member.instances", "unknown"),
        ("\"b\" in open.instances", "true"),
        ("\"z\" in open.instances", "unknown"),
        ("\"b\" in absent.instances", "false"),
        ("\"b\" in unknown.instances", "unknown"),
        ("absent.tier in known.instances", "false"),
        ("absent.tier in unknown.instances", "false"),
        ("unknown.tier in known.instances", "unknown"),
        ("unknown.tier in empty.instances", "false"),
        ("unknown.tier in [\"Standard\"]", "unknown"),
        ("known.tier in [\"Basic\", \"Standard\"]", "true"),
        ("absent.tier in [\"Basic\", \"Standard\"]", "false"),
        ("one in net.subnets", "true"),
        ("two in net.subnets", "unknown"),
    ]);
}

#[test]
fn all_and_exists_one() {
    check(&[
        ("known.instances.all(x, x < \"d\")", "true"),
        ("known.instances.all(x, x < \"c\")", "false"),
        ("member.instances.all(x, x < \"b\")", "false"),
        ("member.instances.all(x, x < \"d\")", "unknown"),
        ("member.instances.all(x, known.hierarchical_namespace)", "true"),
        ("open.instances.all(x, x < \"b\")", "false"),
        ("open.instances.all(x, x < \"d\")", "unknown"),
        ("absent.instances.all(x, x < \"d\")", "true"),
        ("unknown.instances.all(x, x < \"d\")", "unknown"),
        ("net.subnets.all(x, x.delegation == \"x\")", "unknown"),
        ("net.subnets.all(x, x.delegation < \"z\")", "true"),
        ("net.subnets.all(x, x.delegation == \"y\")", "false"),
        ("known.instances.exists_one(x, x == \"b\")", "true"),
        ("known.instances.exists_one(x, x == \"z\")", "false"),
        ("known.instances.exists_one(x, x < \"c\")", "false"),
        ("member.instances.exists_one(x, x < \"c\")", "false"),
        ("member.instances.exists_one(x, x == \"b\")", "unknown"),
        ("member.instances.exists_one(x, x == \"z\")", "unknown"),
        ("open.instances.exists_one(x, x < \"c\")", "false"),
        ("open.instances.exists_one(x, x == \"b\")", "unknown"),
        ("open.instances.exists_one(x, x == \"z\")", "unknown"),
        ("absent.instances.exists_one(x, x == \"b\")", "false"),
        ("unknown.instances.exists_one(x, x == \"b\")", "unknown"),
        ("net.subnets.exists_one(x, x.delegation == \"x\")", "true"),
        ("net.subnets.exists_one(x, x.delegation == \"y\")", "unknown"),
        ("net.subnets.exists_one(x, has(x.delegation))", "unknown"),
    ]);
}

#[test]
fn filter_and_map() {
    check(&[
        ("known.instances.filter(x, x != \"b\")", "[a c]"),
        ("member.instances.filter(x, x != \"b\")", "[a ?]"),
        ("member.instances.filter(x, absent.hierarchical_namespace)", "[]"),
        ("known.instances.filter(x, unknown.hierarchical_namespace)", "[a? b? c?]"),
        ("open.instances.filter(x, x != \"b\")", "[a ...]"),
        ("absent.instances.filter(x, x != \"b\")", "nothing"),
        ("size(absent.instances.filter(x, x != \"b\"))", "0"),
        ("unknown.instances.filter(x, x != \"b\")", "unknown"),
        ("net.subnets.filter(x, x.delegation != \"z\")", "[net/one net/two?]"),
        ("net.subnets.filter(x, x.delegation == \"x\")", "[net/one]"),
        ("net.subnets.filter(x, x.delegation == \"y\").exists(x, x.delegation == \"x\")", "false"),
        ("known.instances.map(x, x + x)", "[aa bb cc]"),
        ("member.instances.map(x, x + x)", "[aa ? bb]"),
        ("member.instances.map(x, 1)", "[1 1? 1]"),
        ("open.instances.map(x, size(x))", "[1 1 ...]"),
        ("absent.instances.map(x, 1)", "nothing"),
        ("unknown.instances.map(x, 1)", "unknown"),
        ("net.subnets.map(x, x.delegation)", "[x y?]"),
        ("net.subnets.map(x, x.isolation)", "[]"),
        ("known.instances.map(x, unknown.tier)", "[? ? ?]"),
    ]);
}

#[test]
fn flat_map() {
    check(&[
        ("[known, empty, known].flatMap(x, x.instances)", "[a b c a b c]"),
        ("[known, absent].flatMap(x, x.instances)", "[a b c]"),
        ("[known, member].flatMap(x, x.instances)", "[a b c a ? b]"),
        ("[known, open].flatMap(x, x.instances)", "unknown"),
        ("[known, unknown].flatMap(x, x.instances)", "unknown"),
        ("net.subnets.flatMap(x, [x.delegation])", "[x y?]"),
        ("open.instances.flatMap(x, [x, x])", "[a a b b ...]"),
        ("absent.instances.flatMap(x, [x])", "nothing"),
        ("unknown.instances.flatMap(x, [x])", "unknown"),
    ]);
}

#[test]
fn size_distinct_and_sorting() {
    check(&[
        ("size(known.instances)", "3"),
        ("size(member.instances)", "unknown"),
        ("size(net.subnets)", "unknown"),
        ("size(open.instances)", "unknown"),
        ("size(absent.instances)", "0"),
        ("size(unknown.instances)", "unknown"),
        ("size(\"häuser\")", "6"),
        ("size(absent.tier)", "0"),
        ("size(unknown.tier)", "unknown"),
        ("distinct([1, 2, 1])", "[1 2]"),
        ("distinct(member.instances + [\"a\"])", "[a ? b?]"),
        ("distinct(net.subnets + [one, two])", "[net/one net/two? net/two?]"),
        ("distinct([known, symbolic, known])", "[known symbolic?]"),
        ("distinct(open.instances + [\"a\"])", "[a b ...]"),
        ("size(distinct(absent.instances))", "0"),
        ("declared(open.instances)", "[a b]"),
        ("declared(open.instances).exists(x, x == \"c\")", "false"),
        ("declared(member.instances)", "[a ? b]"),
        ("declared(unknown.instances)", "unknown"),
        ("distinct(unknown.instances)", "unknown"),
        ("numbers.ports.sortedBy(x, x)", "[1 2 3]"),
        ("numbers.ports.sortedBy(x, -x)", "[3 2 1]"),
        ("numbers.ports.sortedBy(x, 0)", "[3 1 2]"),
        ("doubtful_numbers.ports.sortedBy(x, x)", "unknown"),
        ("doubtful_numbers.ports.sortedBy(x, 0)", "[3 ?]"),
        ("open_numbers.ports.sortedBy(x, x)", "unknown"),
        ("absent.service.ports.sortedBy(x, x)", "nothing"),
        ("unknown.instances.sortedBy(x, size(x))", "unknown"),
        ("net.subnets.sortedBy(x, x.delegation == \"x\" ? 2 : 1)", "[net/two? net/one]"),
        ("[absent, known].sortedBy(x, size(x.tier))", "[absent known]"),
        ("[absent, open_numbers.service].sortedBy(x, 1)", "[absent]"),
    ]);
}

#[test]
fn first_and_first_match() {
    check(&[
        ("first(known.instances)", "a"),
        ("first(member.instances)", "a"),
        ("first(first_doubtful.ports)", "unknown"),
        ("first(net.subnets.filter(x, x.delegation == \"y\"))", "unknown"),
        ("first(open.instances)", "a"),
        ("first(open.instances.filter(x, x == \"z\"))", "unknown"),
        ("first(absent.instances)", "nothing"),
        ("first(empty.instances)", "nothing"),
        ("first(unknown.instances)", "unknown"),
        ("known.instances.firstMatch(x, x > \"a\", x)", "b"),
        ("known.instances.firstMatch(x, x > \"z\", x)", "nothing"),
        ("member.instances.firstMatch(x, x == \"a\", 1)", "1"),
        ("member.instances.firstMatch(x, x == \"b\", 1)", "1"),
        ("member.instances.firstMatch(x, x == \"b\", x)", "unknown"),
        ("member.instances.firstMatch(x, x == \"z\", 1)", "unknown"),
        ("member.instances.firstMatch(x, x == \"z\", absent.tier)", "nothing"),
        ("open.instances.firstMatch(x, x == \"b\", 1)", "1"),
        ("open.instances.firstMatch(x, x == \"z\", 1)", "unknown"),
        ("absent.instances.firstMatch(x, x == \"z\", 1)", "nothing"),
        ("unknown.instances.firstMatch(x, x == \"z\", 1)", "unknown"),
        ("net.subnets.firstMatch(x, x.delegation == \"y\", x)", "unknown"),
        ("net.subnets.firstMatch(x, true, x.delegation)", "x"),
    ]);
}

#[test]
fn overlapping() {
    check(&[
        ("[\"10.1.0.0/16\", \"10.0.0.0/8\", \"11.0.0.0/8\", \"x\"].overlapping(x, x)", "[10.0.0.0/8]"),
        ("[\"10.0.0.0/8\", \"10.1.0.0/16\", \"10.1.2.3\"].overlapping(x, [x])", "[10.1.0.0/16 10.1.2.3]"),
        ("[\"::/0\", \"10.1.0.0/16\"].overlapping(x, x)", "[]"),
        ("[\"10.0.0.0/8\", \"9.0.0.0/8\"].overlapping(x, [x] + member.instances)", "[9.0.0.0/8?]"),
        ("([\"1.1.1.1\"] + member.instances + [\"1.1.1.1\"]).overlapping(x, x)", "[? 1.1.1.1]"),
        ("open.instances.overlapping(x, x)", "[...]"),
        ("absent.instances.overlapping(x, x)", "nothing"),
        ("unknown.instances.overlapping(x, x)", "unknown"),
        ("net.subnets.overlapping(x, [\"10.0.0.0/8\"])", "[net/two?]"),
        // Objects come in the order of their names, wherever they stand.
        ("(net.subnets.filter(x, x == two) + [one]).overlapping(x, \"10.0.0.0/8\")", "[net/two?]"),
    ]);
}

#[test]
fn sum() {
    check(&[
        ("sum(numbers.ports)", "6"),
        ("sum([])", "0"),
        ("sum(known.instances.map(x, size(x)))", "3"),
        ("sum(known.instances.map(x, 9223372036854775807))", "9223372036854775807"),
        ("sum(absent.service.ports)", "0"),
        ("sum(unknown.instances.map(x, 1))", "unknown"),
        ("sum(doubtful_numbers.ports)", "unknown"),
        ("sum(open_numbers.ports)", "unknown"),
        ("sum(net.subnets.map(x, size(x.delegation)))", "unknown"),
        ("sum(net.subnets.map(x, 0))", "0"),
    ]);
}
