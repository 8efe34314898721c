//! JSON Schema as far as cords, tools and structured output need it: a value is held to it, and what does not fit is named.

use percent_encoding::percent_decode_str;
use regex_lite::Regex;
use serde_json::{Map, Value, json};
use std::cell::Cell;
use std::collections::{BTreeMap, HashSet};
use std::fmt::{self, Write};

/// Complaints that are told at most.
const MAX_COMPLAINTS: usize = 3;
/// References followed for one value: more lead in a circle.
const MAX_REFS: usize = 64;
/// Steps of one check. Alternatives that refer to each other double with each step; what takes longer is the server's business.
const MAX_STEPS: usize = 100_000;

/// What is wrong with a value, at most three things, each as `place: expected what`; empty where nothing is. Keywords that are not
/// known are ignored, and `default` fills nothing in.
pub(crate) fn complaints(schema: &Value, value: &Value) -> Vec<String> {
    let steps = Cell::new(0);
    let mut check = Check { root: schema, steps: &steps, found: Vec::new() };
    check.value(schema, value, Place::Root, 0);
    check.found
}

/// Where a value stands.
#[derive(Clone, Copy)]
enum Place<'a> {
    Root,
    Field(&'a Place<'a>, &'a str),
    Item(&'a Place<'a>, usize),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Root => Ok(()),
            Place::Field(Place::Root, name) => f.write_str(name),
            Place::Field(parent, name) => write!(f, "{parent}.{name}"),
            Place::Item(parent, at) => write!(f, "{parent}[{at}]"),
        }
    }
}

/// Whether two JSON values are equal, whatever the order of their fields and the form of their numbers.
fn same(a: &Value, b: &Value) -> bool {
    likeness(a) == likeness(b)
}

/// A value that is written as all those that are the same as it.
fn likeness(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64().map(|n| n + 0.0)),
        Value::Array(items) => items.iter().map(likeness).collect(),
        Value::Object(fields) => {
            let sorted: BTreeMap<&String, &Value> = fields.iter().collect();
            Value::Object(sorted.into_iter().map(|(name, value)| (name.clone(), likeness(value))).collect())
        }
        other => other.clone(),
    }
}

fn is_type(name: &str, value: &Value) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|n| n.fract() == 0.0),
        _ => true, // no type that this knows
    }
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

struct Check<'a> {
    root: &'a Value,
    steps: &'a Cell<usize>,
    found: Vec<String>,
}

impl Check<'_> {
    fn full(&self) -> bool {
        self.found.len() >= MAX_COMPLAINTS
    }

    fn complain(&mut self, place: Place<'_>, expected: impl fmt::Display) {
        if !self.full() {
            let place = if matches!(place, Place::Root) { "value".to_owned() } else { place.to_string() };
            self.found.push(format!("{place}: expected {expected}"));
        }
    }

    /// Whether a value fits, without a word.
    fn fits(&self, schema: &Value, value: &Value, refs: usize) -> bool {
        let mut quiet = Check { root: self.root, steps: self.steps, found: Vec::new() };
        quiet.value(schema, value, Place::Root, refs);
        quiet.found.is_empty()
    }

    fn value(&mut self, schema: &Value, value: &Value, place: Place<'_>, refs: usize) {
        let schema = match schema {
            Value::Bool(false) => return self.complain(place, "no value"),
            Value::Object(schema) if !self.full() => schema,
            _ => return,
        };
        self.steps.set(self.steps.get() + 1);
        if self.steps.get() > MAX_STEPS {
            return;
        }
        if value.is_null() && schema.get("nullable") == Some(&Value::Bool(true)) {
            return;
        }
        let before = self.found.len();
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str).filter(|_| refs < MAX_REFS)
            && let Some(found) = resolve(self.root, reference).cloned()
        {
            self.value(&found, value, place, refs + 1);
        }
        if let Some(expected) = wrong_type(schema.get("type"), value) {
            return self.complain(place, expected);
        }
        self.values(schema, value, place);
        self.unions(schema, value, place, refs);
        if self.found.len() > before && !value.is_object() && !value.is_array() {
            return;
        }
        match value {
            Value::Number(number) => self.number(schema, number.as_f64().unwrap_or(0.0), place),
            Value::String(text) => self.string(schema, text, place),
            Value::Array(items) => self.array(schema, items, place),
            Value::Object(object) => self.object(schema, object, place),
            _ => {}
        }
    }

    fn values(&mut self, schema: &Map<String, Value>, value: &Value, place: Place<'_>) {
        if let Some(only) = schema.get("const").filter(|only| !same(only, value)) {
            self.complain(place, only);
        }
        if let Some(allowed) = schema.get("enum").and_then(Value::as_array)
            && !allowed.iter().any(|one| same(one, value))
        {
            let texts: Vec<String> = allowed.iter().map(Value::to_string).collect();
            self.complain(place, format!("one of {}", texts.join(", ")));
        }
    }

    fn unions(&mut self, schema: &Map<String, Value>, value: &Value, place: Place<'_>, refs: usize) {
        // A reference inside a union may come back to it: each step counts.
        for part in list(schema.get("allOf")) {
            self.value(part, value, place, refs + 1);
        }
        let any = list(schema.get("anyOf"));
        if !any.is_empty() && refs < MAX_REFS && !any.iter().any(|part| self.fits(part, value, refs + 1)) {
            self.complain(place, either(any, value));
        }
        let one = list(schema.get("oneOf"));
        if !one.is_empty() && refs < MAX_REFS {
            match one.iter().filter(|part| self.fits(part, value, refs + 1)).count() {
                1 => {}
                0 => self.complain(place, either(one, value)),
                _ => self.complain(place, "what only one of its alternatives allows"),
            }
        }
        if let Some(not) = schema
            .get("not")
            .filter(|not| (not.is_object() || not.is_boolean()) && refs < MAX_REFS && self.fits(not, value, refs + 1))
        {
            self.complain(place, format!("nothing that fits {not}"));
        }
    }

    fn number(&mut self, schema: &Map<String, Value>, value: f64, place: Place<'_>) {
        for (name, words) in [
            ("minimum", "at least"),
            ("maximum", "at most"),
            ("exclusiveMinimum", "more than"),
            ("exclusiveMaximum", "less than"),
        ] {
            let wrong = |limit: f64| match name {
                "minimum" => value < limit,
                "maximum" => value > limit,
                "exclusiveMinimum" => value <= limit,
                _ => value >= limit,
            };
            if let Some(limit) = schema.get(name).filter(|l| l.as_f64().is_some_and(wrong)) {
                self.complain(place, format!("{words} {limit}"));
            }
        }
        if let Some(step) = schema.get("multipleOf").filter(|s| s.as_f64().is_some_and(|s| s > 0.0)) {
            let times = value / step.as_f64().unwrap_or(1.0);
            if (times - times.round()).abs() > 1e-9 * times.abs().max(1.0) {
                self.complain(place, format!("a multiple of {step}"));
            }
        }
    }

    fn string(&mut self, schema: &Map<String, Value>, value: &str, place: Place<'_>) {
        self.size(schema, ["minLength", "maxLength"], "characters", || value.chars().count(), place);
        if let Some(pattern) = schema.get("pattern").and_then(Value::as_str)
            && Regex::new(pattern).is_ok_and(|expression| !expression.is_match(value))
        {
            self.complain(place, format!("a text that matches {pattern}"));
        }
    }

    fn size(&mut self, schema: &Map<String, Value>, names: [&str; 2], what: &str, count: impl Fn() -> usize, place: Place<'_>) {
        if let Some(least) = schema.get(names[0]).filter(|l| l.as_f64().is_some_and(|l| (count() as f64) < l)) {
            self.complain(place, format!("at least {least} {what}"));
        }
        if let Some(most) = schema.get(names[1]).filter(|l| l.as_f64().is_some_and(|l| (count() as f64) > l)) {
            self.complain(place, format!("at most {most} {what}"));
        }
    }

    fn array(&mut self, schema: &Map<String, Value>, items: &[Value], place: Place<'_>) {
        self.size(schema, ["minItems", "maxItems"], "items", || items.len(), place);
        let twice = || {
            let mut seen = HashSet::with_capacity(items.len());
            items.iter().any(|item| !seen.insert(likeness(item).to_string()))
        };
        if schema.get("uniqueItems") == Some(&Value::Bool(true)) && twice() {
            self.complain(place, "unique items");
        }
        let rest = schema.get("items");
        let first = list(schema.get("prefixItems").or(rest));
        for (at, item) in items.iter().enumerate() {
            match (first.get(at), rest) {
                (Some(schema), _) => self.value(schema, item, Place::Item(&place, at), 0),
                (None, Some(schema)) if !schema.is_array() => self.value(schema, item, Place::Item(&place, at), 0),
                _ => {}
            }
        }
    }

    fn object(&mut self, schema: &Map<String, Value>, object: &Map<String, Value>, place: Place<'_>) {
        for name in list(schema.get("required")).iter().filter_map(Value::as_str).filter(|name| !object.contains_key(*name)) {
            self.complain(Place::Field(&place, name), "a value (required)");
        }
        let fields = |name: &str| schema.get(name).and_then(Value::as_object);
        // What patterns name is not looked into, and so nothing is additional beside them.
        let more = schema.get("additionalProperties").filter(|_| fields("patternProperties").is_none());
        for (name, item) in object {
            let place = Place::Field(&place, name);
            if let Some(schema) = fields("properties").and_then(|known| known.get(name)) {
                self.value(schema, item, place, 0);
                continue;
            }
            match more {
                None => {}
                Some(Value::Bool(false)) => self.complain(place, "no such field"),
                Some(schema) => self.value(schema, item, place, 0),
            }
        }
    }
}

/// What a reference within the schema leads to; `None` for any other. A name that is not where it should be is looked for among the
/// definitions of definitions, where the kit of the platform leaves some.
pub(crate) fn resolve<'a>(root: &'a Value, reference: &str) -> Option<&'a Value> {
    let pointer = percent_decode_str(reference.strip_prefix('#')?).decode_utf8().ok()?;
    if let Some(found) = root.pointer(&pointer) {
        return Some(found);
    }
    let name = pointer.strip_prefix("/definitions/").or_else(|| pointer.strip_prefix("/$defs/"))?;
    deeper(root, &name.replace("~1", "/").replace("~0", "~"))
}

fn deeper<'a>(schema: &'a Value, name: &str) -> Option<&'a Value> {
    let groups = || ["definitions", "$defs"].into_iter().filter_map(|group| schema.get(group)?.as_object());
    let here = groups().find_map(|group| group.get(name));
    here.or_else(|| groups().flat_map(|group| group.values()).find_map(|one| deeper(one, name)))
}

/// The type that a value should have, where it has none of those named.
fn wrong_type(types: Option<&Value>, value: &Value) -> Option<String> {
    match types? {
        Value::String(name) => (!is_type(name, value)).then(|| name.clone()),
        Value::Array(names) => {
            let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
            (!names.is_empty() && !names.iter().any(|name| is_type(name, value))).then(|| names.join(" or "))
        }
        _ => None,
    }
}

/// The types of alternatives, where each has one.
fn either(parts: &[Value], value: &Value) -> String {
    let mut out = String::new();
    let mut seen: Vec<&str> = Vec::new();
    for part in parts {
        let name = part.get("type").and_then(Value::as_str).filter(|name| !is_type(name, value));
        let Some(name) = name else { return "one of its alternatives".to_owned() };
        if !seen.contains(&name) {
            let _ = write!(out, "{}{name}", if seen.is_empty() { "" } else { " or " });
            seen.push(name);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_place_and_expectation() {
        for (schema, value, want) in [
            (json!({"type": "integer"}), json!(1.0), vec![]),
            (json!({"type": "integer"}), json!(true), vec!["value: expected integer"]),
            (json!({"required": ["a", "b"]}), json!({"b": 1}), vec!["a: expected a value (required)"]),
            (json!({"enum": ["s", 1]}), json!(2), vec![r#"value: expected one of "s", 1"#]),
            (json!({"anyOf": [{"type": "string"}, {"type": "null"}]}), json!(1), vec!["value: expected string or null"]),
            // Of the right type, but of no variant.
            (
                json!({"oneOf": [{"type": "object", "required": ["a"]}]}),
                json!({}),
                vec!["value: expected one of its alternatives"],
            ),
            (json!({"properties": {"a": {"items": {"minimum": 3}}}}), json!({"a": [3, 2]}), vec!["a[1]: expected at least 3"]),
            (json!({"pattern": "^a+$"}), json!("ab"), vec!["value: expected a text that matches ^a+$"]),
            (json!({"pattern": "(?<!a)b"}), json!("ab"), vec![]),
            (json!({"multipleOf": 0.01}), json!(0.07), vec![]),
            (json!({"maxLength": 1}), json!("🙂"), vec![]),
            (json!({"type": 5, "items": "x", "required": "a", "not": null, "minimum": "1", "enum": 3}), json!([1]), vec![]),
            (json!({"type": []}), json!(1), vec![]),
            (json!({"uniqueItems": true}), json!([1, 1.0]), vec!["value: expected unique items"]),
            (json!({"uniqueItems": true}), json!([0, -0.0]), vec!["value: expected unique items"]),
            (
                json!({"uniqueItems": true}),
                json!([{"a": 1, "b": [2]}, {"b": [2.0], "a": 1}]),
                vec!["value: expected unique items"],
            ),
            (json!({"uniqueItems": true}), json!([1, "1", null, [1], {"a": 1}, {"a": "1"}, true]), vec![]),
            (json!({"uniqueItems": true}), (0..50_000).collect(), vec![]),
            (json!({"properties": {"v": {"$ref": "#"}}, "type": "object"}), json!({"v": 1}), vec!["v: expected object"]),
            (json!({"$ref": "#/$defs/a~1b%25", "$defs": {"a/b%": {"type": "null"}}}), json!(1), vec!["value: expected null"]),
        ] {
            assert_eq!(complaints(&schema, &value), want, "{schema} {value}");
        }
    }

    #[test]
    fn circles_end_and_three_are_enough() {
        for schema in [
            json!({"$ref": "#"}),
            json!({"allOf": [{"$ref": "#"}]}),
            json!({"anyOf": [{"$ref": "#"}]}),
            json!({"not": {"$ref": "#"}}),
            json!({"oneOf": [{"$ref": "#"}, {"$ref": "#"}, {"$ref": "#"}]}),
        ] {
            complaints(&schema, &json!(1));
        }
        let schema = json!({"additionalProperties": {"type": "null"}});
        assert_eq!(complaints(&schema, &json!({"a": 1, "b": 1, "c": 1, "d": 1})).len(), 3);
    }
}
