//! The endpoints of a chute, as one would call them.

use crate::errors::Error;
use crate::json::{Json, parse_json};
use crate::schema::{complaints, resolve};
use crate::types::Cord;
use serde_json::{Map, Value, json};

/// One endpoint of a chute.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CordInfo {
    /// Name of its function: what `call` takes.
    pub name: String,
    /// On the host of the chute, with its leading `/`.
    pub path: String,
    /// `GET` or `POST`.
    pub method: String,
    /// Whether it answers with a stream.
    pub stream: bool,
    /// JSON Schema of its arguments, where the chute tells one.
    pub input_schema: Option<Value>,
    /// Media type of its answer, as the chute tells it; the answer's own header wins.
    pub content_type: Option<String>,
}

/// The endpoints that can be called from outside.
pub(crate) fn cords_of(cords: &[Cord]) -> Vec<CordInfo> {
    let known = |cord: &Cord| {
        let path = cord.public_api_path.as_deref().filter(|path| !path.is_empty())?;
        let schema = |schema: &Option<Json>| {
            let found = schema.as_ref().map(Json::value).filter(|s| s.as_object().is_some_and(|s| !s.is_empty()));
            found.as_ref().map(body_schema)
        };
        Some(CordInfo {
            name: cord.function.clone(),
            path: rooted(path),
            method: cord.public_api_method.as_ref().map_or("POST", |m| m.as_str()).to_ascii_uppercase(),
            stream: cord.stream == Some(true),
            input_schema: schema(&cord.input_schema).or_else(|| schema(&cord.minimal_input_schema)),
            content_type: cord.output_content_type.clone(),
        })
    };
    cords.iter().filter_map(known).collect()
}

/// The schema of a body. The kit that chutes are written with tells one parameter, or all of a signature; the body is the fields of the
/// only parameter that is an object. Such a schema has `definitions`, and requires each of its properties.
fn body_schema(schema: &Value) -> Value {
    let parts = || {
        let (definitions, fields) = (schema.get("definitions")?, schema.get("properties")?.as_object()?);
        let required = schema.get("required")?.as_array()?;
        fields.keys().all(|name| required.iter().any(|r| r == name)).then_some((definitions, fields))
    };
    let Some((definitions, fields)) = parts() else { return schema.clone() };
    let mut own: Map<String, Value> = fields.clone();
    own.shift_remove("self");
    let only = if own.len() == 1 { own.values().next() } else { None };
    let object = only.filter(|only| {
        let found = only["$ref"].as_str().and_then(|reference| resolve(schema, reference));
        found.unwrap_or(only)["type"] == "object"
    });
    let mut body = match object {
        Some(object) => object.clone(),
        // The kit requires parameters that have a default, too: none is required.
        None => json!({"type": "object", "properties": own}),
    };
    body["definitions"] = definitions.clone();
    body
}

/// A path with its leading `/`.
pub(crate) fn rooted(path: &str) -> String {
    if path.starts_with('/') { path.to_owned() } else { format!("/{path}") }
}

/// The endpoint of a name or path; of two at one place, the one that streams as wanted.
pub(crate) fn find_cord(cords: &[CordInfo], given: &str, stream: bool) -> Option<CordInfo> {
    let mut found: Vec<&CordInfo> = cords.iter().filter(|cord| cord.name == given && !given.starts_with('/')).collect();
    if found.is_empty() {
        let path = rooted(given);
        found = cords.iter().filter(|cord| cord.path == path).collect();
    }
    found.iter().find(|cord| cord.stream == stream).or(found.first()).copied().cloned()
}

/// What to tell of a name that no endpoint has.
pub(crate) fn unknown_cord(cords: &[CordInfo], name: &str) -> Error {
    let mut names: Vec<&str> = cords.iter().map(|cord| cord.name.as_str()).collect();
    names.dedup();
    let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    Error::config(format!("this chute has no cord {name:?}: it has {names}; a path begins with \"/\""))
}

/// Holds arguments to the schema of an endpoint.
pub(crate) fn check_arguments(cord: &CordInfo, args: &[u8], extra: &Map<String, Value>) -> Result<(), Error> {
    let Some(schema) = &cord.input_schema else { return Ok(()) };
    let mut all = parse_json(args).unwrap_or_default();
    if let Some(fields) = all.as_object_mut() {
        fields.extend(extra.clone());
    }
    let wrong = complaints(schema, &all);
    if wrong.is_empty() {
        return Ok(());
    }
    let wrong = wrong.join("; ");
    Err(Error::config(format!("the arguments of {} do not fit: {wrong} (validate(false) sends them all the same)", cord.name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn cords() -> Vec<CordInfo> {
        let cords: Vec<Cord> = serde_json::from_value(json!([
            {"function": "run", "public_api_path": "/run", "public_api_method": "POST", "input_schema": {"required": ["n"]}},
            {"function": "talk", "public_api_path": "talk", "stream": true},
            {"function": "talk_whole", "public_api_path": "/talk"},
            {"function": "health", "public_api_path": "/deep/health", "public_api_method": "GET"},
            {"function": "inner", "public_api_path": null},
        ]))
        .unwrap();
        cords_of(&cords)
    }

    #[test]
    fn names_and_paths_are_found() {
        for (given, stream, want) in [
            ("run", false, Some("run")),
            ("/run", false, Some("run")),
            ("talk", false, Some("talk")),
            ("/talk", false, Some("talk_whole")),
            ("/talk", true, Some("talk")),
            ("deep/health", false, Some("health")),
            ("inner", false, None),
            ("Run", false, None),
        ] {
            assert_eq!(find_cord(&cords(), given, stream).as_ref().map(|c| c.name.as_str()), want, "{given}");
        }
        assert!(unknown_cord(&cords(), "x").message().contains("run, talk"));
    }

    #[test]
    fn a_schema_of_the_kit_is_that_of_its_only_object() {
        let definitions = json!({"X": {"type": "object", "properties": {"n": {"$ref": "#/definitions/Y"}}, "$defs": {"Y": {"type": "integer"}}}});
        let wrapped = json!({"properties": {"self": {}, "x": {"$ref": "#/definitions/X"}}, "required": ["self", "x"], "definitions": definitions});
        assert_eq!(complaints(&body_schema(&wrapped), &json!({"n": "1"})), ["n: expected integer"]);
        let flat = json!({"properties": {"self": {}, "a": {"type": "integer"}}, "required": ["self", "a"], "definitions": {}});
        assert_eq!(complaints(&body_schema(&flat), &json!({"a": "1"})), ["a: expected integer"]);
        assert!(complaints(&body_schema(&flat), &json!({})).is_empty());
        for own in [
            json!({"properties": {"a": {"type": "object"}}, "required": ["a"]}),
            json!({"properties": {"a": {}}, "definitions": {}}),
        ] {
            assert_eq!(body_schema(&own), own);
        }
    }

    #[test]
    fn arguments_are_held_to_the_schema() {
        let run = &cords()[0];
        let extra = json!({"n": 1});
        assert!(check_arguments(run, b"{}", &Map::new()).unwrap_err().message().contains("n: expected"));
        assert!(check_arguments(run, b"{}", extra.as_object().unwrap()).is_ok());
        assert!(check_arguments(&cords()[3], br#"{"x":1}"#, &Map::new()).is_ok());
    }
}
