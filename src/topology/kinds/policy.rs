//! What a team declares of its intended isolation, and whom it is isolated from.

use crate::topology::schema::kind;

kind! {
    /// Everybody on the public internet.
    internet: INTERNET = "internet" {
    }
}

kind! {
    /// A statement of the team's own policy: which connections must work, must not, or are the only ones.
    policy_statement: POLICY_STATEMENT = "policy_statement" in "policy" {
        /// `allow`: these connections must work. `deny`: none of these may. `only`: no others may reach these targets.
        effect[required]: OneOf(&["allow", "deny", "only"]),
        /// Who connects: addresses with `*`, `internet`, or `tag:key=value`. A site, network or subnet stands for all in it.
        from[required]: List(&Selector),
        /// To what.
        to[required]: List(&Selector),
        /// For which uses only, such as `output` or `routing`.
        r#use: List(&Text),
        /// By which access methods only; a connection by another one does not count as intended.
        via: List(&Text),
        /// The weakest path class that is good enough.
        at_least: OneOf(&["private", "vnet-bound", "trusted", "ip-filtered", "public"]),
        /// The reason, which findings repeat.
        why: Text,
        /// The connections that it speaks of.
        flows: Flows,
        /// Of `only`: all other connections to its targets.
        others: Flows,
    }
}
