//! The functions of the language: their table, and how each is compiled.

mod lists;
mod members;
mod network;
mod objects;
mod order;
mod texts;

pub(super) use members::{member_of, member_of_constants, try_member};
pub(super) use network::SortedRanges;

use super::code::{Argument, Code, Run};
use super::compile::Compiler;
use super::error::ExpressionError;
use super::scope::{AZURE, Scope};
use super::syntax::{Form, Name, Node};
use super::terms::{asked_about, remembered};
use super::types::{Type, any_kind};
use crate::source::Span;
use crate::topology::{KindSet, ROLE_ASSIGNMENT};

/// A function of the language, for reference pages and suggestions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// Whether it stands behind its first argument and a dot.
    pub method: bool,
    /// What it is given, beside the value in front of the dot.
    pub parameters: &'static [&'static str],
}

const fn function(name: &'static str, parameters: &'static [&'static str]) -> Function {
    Function { name, method: false, parameters }
}

const fn method(name: &'static str, parameters: &'static [&'static str]) -> Function {
    Function { name, method: true, parameters }
}

/// All functions of the language; `rules/README.md` says what each of them gives.
pub static FUNCTIONS: &[Function] = &[
    function("has", &["x.field"]),
    function("size", &["list or text"]),
    function("sum", &["list"]),
    function("distinct", &["list"]),
    function("first", &["list"]),
    function("declared", &["list"]),
    function("isCIDR", &["text"]),
    function("prefixLength", &["range"]),
    function("portsInclude", &["list", "number"]),
    function("kind", &["object"]),
    function("covers", &["role_assignment", "object"]),
    method("exists", &["v", "test"]),
    method("all", &["v", "test"]),
    method("exists_one", &["v", "test"]),
    method("filter", &["v", "test"]),
    method("map", &["v", "value"]),
    method("flatMap", &["v", "list"]),
    method("sortedBy", &["v", "number"]),
    method("firstMatch", &["v", "test", "value"]),
    method("overlapping", &["v", "prefixes"]),
    method("orValue", &["other"]),
    method("startsWith", &["text"]),
    method("endsWith", &["text"]),
    method("contains", &["text"]),
    method("lowerAscii", &[]),
    method("addressCount", &[]),
    method("containsCIDR", &["range"]),
    method("overlapsCIDR", &["range"]),
];

impl Function {
    /// How it is called: `list.exists(v, test)`.
    #[must_use]
    pub fn usage(&self) -> String {
        let front = if self.method { "x." } else { "" };
        format!("{front}{}({})", self.name, self.parameters.join(", "))
    }
}

/// A use of a function or method.
pub(super) struct Use<'n> {
    pub(super) name: &'n Name,
    pub(super) base: Option<&'n Node>,
    pub(super) arguments: &'n [Node],
    pub(super) span: Span,
}

impl Use<'_> {
    fn argument(&self, index: usize) -> Option<&Node> {
        self.arguments.get(index)
    }
}

impl Compiler<'_> {
    /// Compiles the use of a function, a method or a term.
    pub(super) fn call(&mut self, call: &Use<'_>, scope: &mut Scope) -> Option<Code> {
        let name = &*call.name.text;
        let method = call.base.is_some();
        let Some(function) = FUNCTIONS.iter().find(|function| function.name == name && function.method == method)
        else {
            if !method && self.terms.get(name).is_some() {
                return self.term_call(call, scope);
            }
            return self.no_function(call);
        };
        if function.parameters.len() != call.arguments.len() {
            let error = ExpressionError::new(
                call.span,
                format!("`{name}` takes {}, not {}", counted(function.parameters.len()), call.arguments.len()),
            );
            return self.fail(error.help(format!("write `{}`", function.usage())));
        }
        match (call.base, name) {
            (Some(base), "orValue") => self.or_value(call, base, scope),
            (Some(base), "lowerAscii") => {
                let text = self.expect(base, scope, &Type::TEXT, "`lowerAscii` is of a text")?;
                Some(Code::boxed(Type::TEXT, texts::lower(text.run())))
            }
            (Some(base), "addressCount") => {
                let range = self.expect(base, scope, &Type::TEXT, "`addressCount` is of an address range")?;
                Some(Code::boxed(Type::Int, network::address_count(range.run())))
            }
            (Some(base), "startsWith" | "endsWith" | "contains") => self.text_pair(call, base, scope, "a text"),
            (Some(base), "containsCIDR" | "overlapsCIDR") => self.text_pair(call, base, scope, "an address range"),
            (Some(base), _) => self.list_method(call, base, scope),
            (None, _) => self.plain_function(call, scope),
        }
    }

    fn no_function(&mut self, call: &Use<'_>) -> Option<Code> {
        let name = &*call.name.text;
        let method = call.base.is_some();
        let what = if method { "method" } else { "function or term" };
        let error = ExpressionError::new(call.name.span, format!("there is no {what} `{name}`"));
        let other = FUNCTIONS.iter().find(|function| function.name == name);
        if let Some(other) = other {
            return self.fail(error.help(format!("write `{}`", other.usage())));
        }
        if method && self.terms.get(name).is_some() {
            return self.fail(error.help(format!("write `{name}(...)`: it is a term")));
        }
        let terms = self.terms;
        let names = FUNCTIONS
            .iter()
            .filter(|function| function.method == method)
            .map(|function| function.name)
            .chain(terms.names().filter(|_| !method));
        self.fail(error.suggest(name, names))
    }

    fn plain_function(&mut self, call: &Use<'_>, scope: &mut Scope) -> Option<Code> {
        let first = call.argument(0)?;
        match &*call.name.text {
            "has" => self.has(first, scope),
            "size" => {
                let code = self.code(first, scope)?;
                match code.ty {
                    Type::List(_) | Type::Text(_) => Some(Code::boxed(Type::Int, lists::size(code.run()))),
                    ty => self.wrong(first, &ty, "`size` is of a list or a text"),
                }
            }
            "sum" => {
                let (code, of) = self.list(first, scope, "sum")?;
                if !matches!(of, Type::Int | Type::Nothing) {
                    return self.wrong(first, &Type::list(of), "`sum` is of a list of numbers");
                }
                Some(Code::boxed(Type::Int, lists::sum(code)))
            }
            "distinct" => {
                let (code, ty) = self.list(first, scope, "distinct")?;
                Some(Code::boxed(Type::list(ty), order::distinct(code)))
            }
            "declared" => {
                let (code, ty) = self.list(first, scope, "declared")?;
                Some(Code::boxed(Type::list(ty), order::declared(code)))
            }
            "first" => {
                let (code, ty) = self.list(first, scope, "first")?;
                Some(Code::boxed(ty, order::first(code)))
            }
            "isCIDR" => {
                let text = self.expect(first, scope, &Type::TEXT, "`isCIDR` is of a text")?;
                Some(Code::boxed(Type::Bool, network::is_range(text.run())))
            }
            "prefixLength" => {
                let text = self.expect(first, scope, &Type::TEXT, "`prefixLength` is of an address range")?;
                Some(Code::boxed(Type::Int, network::prefix_length(text.run())))
            }
            "portsInclude" => self.ports_include(call, first, scope),
            "kind" => {
                let any = Type::Object(any_kind());
                let code = self.expect(first, scope, &any, "`kind` is of an object")?;
                let kinds = match code.ty {
                    Type::Object(kinds) => kinds,
                    _ => KindSet::default(),
                };
                let words = self.labels.words(kinds);
                Some(Code::boxed(Type::Text(Some(words)), objects::kind(code.run())))
            }
            _ => {
                let assignment = Type::object(ROLE_ASSIGNMENT);
                let any = Type::Object(any_kind());
                let left = self.expect(first, scope, &assignment, "`covers` is of a role assignment and an object");
                let right =
                    self.expect(call.argument(1)?, scope, &any, "`covers` is of a role assignment and an object");
                Some(Code::boxed(Type::Bool, objects::covers(left?.run(), right?.run())))
            }
        }
    }

    fn has(&mut self, argument: &Node, scope: &mut Scope) -> Option<Code> {
        if !matches!(argument.form, Form::Field { .. }) {
            return self
                .fail(ExpressionError::new(argument.span, "`has` asks for a field").help("write `has(x.field)`"));
        }
        let (base, last) = self.code(argument, scope)?.into_path().split();
        let step = last?;
        Some(Code::new(Type::Bool, move |machine| {
            let value = base(machine);
            step.is_there(machine, value)
        }))
    }

    fn ports_include(&mut self, call: &Use<'_>, first: &Node, scope: &mut Scope) -> Option<Code> {
        let (ports, of) = self.list(first, scope, "portsInclude")?;
        if !matches!(of, Type::Text(_) | Type::Int | Type::Nothing) {
            return self.wrong(first, &Type::list(of), "`portsInclude` is of a list of ports and port ranges");
        }
        let number = self.expect(call.argument(1)?, scope, &Type::Int, "a port is a number")?;
        Some(Code::boxed(Type::Bool, network::ports_include(ports, number.run())))
    }

    fn or_value(&mut self, call: &Use<'_>, base: &Node, scope: &mut Scope) -> Option<Code> {
        let value = self.code(base, scope);
        let other_node = call.argument(0)?;
        let other = self.code(other_node, scope)?;
        let value = value?;
        let Some(ty) = value.ty.union(&other.ty) else {
            let needed = format!("the value before `orValue` is {}", value.ty);
            return self.wrong(other_node, &other.ty, &needed);
        };
        let (value, other) = (value.run(), other.run());
        Some(Code::new(ty, move |machine| match value(machine) {
            super::values::Val::Absent => other(machine),
            value => value,
        }))
    }

    fn text_pair(&mut self, call: &Use<'_>, base: &Node, scope: &mut Scope, what: &str) -> Option<Code> {
        let name = &*call.name.text;
        let left = self.expect(base, scope, &Type::TEXT, format_args!("`{name}` is of {what}"));
        let other = call.argument(0)?;
        let right = self.expect(other, scope, &Type::TEXT, format_args!("`{name}` takes {what}"))?;
        let test: fn(&str, &str) -> bool = match name {
            "startsWith" => |text, start| text.starts_with(start),
            "endsWith" => |text, end| text.ends_with(end),
            "contains" => |text, part| text.contains(part),
            "containsCIDR" => network::contains,
            _ => network::overlaps,
        };
        Some(Code::boxed(Type::Bool, texts::pair(left?.run(), right.run(), test)))
    }

    /// A list and the type of its members.
    fn list(&mut self, node: &Node, scope: &mut Scope, function: &str) -> Option<(Run, Type)> {
        let code = self.code(node, scope)?;
        match code.ty.clone() {
            Type::List(of) => Some((code.run(), *of)),
            ty => self.wrong(node, &ty, format_args!("`{function}` is of a list")),
        }
    }

    fn list_method(&mut self, call: &Use<'_>, base: &Node, scope: &mut Scope) -> Option<Code> {
        let name = &*call.name.text;
        let (list, of) = self.list(base, scope, name)?;
        let variable = call.argument(0)?;
        let body = call.argument(1)?;
        self.lambda(variable, of.clone(), scope, |compiler, scope| {
            let tested = |compiler: &mut Self, scope: &mut Scope| {
                let needed = format_args!("the test of `{name}` must be a truth value");
                compiler.expect(body, scope, &Type::Bool, needed)
            };
            let ty = Type::list(of.clone());
            Some(match name {
                "exists" | "all" => {
                    let test = tested(compiler, scope)?;
                    let sought = name == "exists";
                    let sieve = if sought { compiler.sieve(variable, &of, body, scope) } else { None };
                    let exists = lists::exists(list, test.run(), sought, sieve);
                    let held = if sought { compiler.held(base, variable, body, scope) } else { None };
                    let run = match held {
                        Some((list, held)) => network::exists_holding(list, held, exists),
                        None => exists,
                    };
                    Code::boxed(Type::Bool, run)
                }
                "exists_one" => {
                    let test = tested(compiler, scope)?;
                    Code::boxed(Type::Bool, lists::exists_one(list, test.run()))
                }
                "filter" => {
                    let test = tested(compiler, scope)?;
                    let sieve = compiler.sieve(variable, &of, body, scope);
                    Code::boxed(ty, lists::filter(list, test.run(), sieve))
                }
                "map" => {
                    let value = compiler.code(body, scope)?;
                    let ty = Type::list(value.ty.clone());
                    Code::boxed(ty, lists::map(list, Argument::new(value)))
                }
                "flatMap" => {
                    let (lists, of) = compiler.list(body, scope, name)?;
                    let run = lists::flat_map(list, lists);
                    let run = match asked_about(scope, &[base, body]) {
                        Some(objects) => remembered(objects, run),
                        None => run,
                    };
                    Code::boxed(Type::list(of), run)
                }
                "sortedBy" => {
                    let number = "`sortedBy` sorts by a number";
                    let key = compiler.expect(body, scope, &Type::Int, number)?;
                    Code::boxed(ty, order::sorted_by(list, key.run()))
                }
                "firstMatch" => {
                    let test = tested(compiler, scope);
                    let value = compiler.code(call.argument(2)?, scope)?;
                    let ty = value.ty.clone();
                    Code::boxed(ty, order::first_match(list, test?.run(), value.run()))
                }
                _ => {
                    let prefixes = compiler.code(body, scope)?;
                    if !Type::list(Type::TEXT).accepts(&prefixes.ty) && !Type::TEXT.accepts(&prefixes.ty) {
                        let needed = "`overlapping` compares address ranges";
                        return compiler.wrong(body, &prefixes.ty, needed);
                    }
                    Code::boxed(ty, network::overlapping(list, prefixes.run()))
                }
            })
        })
    }

    /// Of `azure.list.exists(v, v.containsCIDR(other))`, once that was found right, the list and the other variable.
    fn held(&mut self, list: &Node, variable: &Node, body: &Node, scope: &mut Scope) -> Option<(Run, usize)> {
        let Form::Field { base: owner, .. } = &list.form else { return None };
        let Form::Method { base, method, arguments } = &body.form else { return None };
        let [other] = arguments.as_slice() else { return None };
        let is_constant = matches!(&owner.form, Form::Variable(name) if **name == *AZURE);
        let is_variable = matches!(&other.form, Form::Variable(_)) && other.form != variable.form;
        if !is_constant || !is_variable || &*method.text != "containsCIDR" || base.form != variable.form {
            return None;
        }
        let other = self.code(other, scope)?.as_variable()?;
        Some((self.code(list, scope)?.run(), other))
    }

    /// Compiles what stands behind the variable of a list method.
    fn lambda(
        &mut self,
        variable: &Node,
        ty: Type,
        scope: &mut Scope,
        compile: impl FnOnce(&mut Self, &mut Scope) -> Option<Code>,
    ) -> Option<Code> {
        let Form::Variable(name) = &variable.form else {
            return self.fail(ExpressionError::new(variable.span, "the name of a variable should stand here"));
        };
        if scope.names().any(|known| known == &**name) {
            return self.fail(
                ExpressionError::new(variable.span, format!("`{name}` already has a meaning here"))
                    .help("choose another name for the variable"),
            );
        }
        scope.push(&**name, ty);
        let code = compile(self, scope);
        scope.pop();
        code
    }
}

/// "no argument", "one argument", "2 arguments".
pub(super) fn counted(arguments: usize) -> String {
    match arguments {
        0 => "no argument".to_owned(),
        1 => "one argument".to_owned(),
        _ => format!("{arguments} arguments"),
    }
}
