//! One call on one model after another: `models` in place of `model`.

use crate::call::Opened;
use crate::errors::{Error, Kind};
use crate::hooks::Run;
use serde_json::{Map, Value};
use std::sync::Arc;

/// Whether a failure of this kind is the next model's business.
pub(crate) fn falls(kind: Kind) -> bool {
    matches!(kind, Kind::Capacity | Kind::ColdStart | Kind::Disabled | Kind::NotFound)
}

/// One of the models of a call.
pub(crate) struct Turn {
    pub(crate) body: Map<String, Value>,
    pub(crate) model: Option<String>,
    /// Another model comes after this one: what it is for is not tried again here.
    pub(crate) successor: bool,
    pub(crate) run: Arc<Run>,
}

/// Takes the models out of a body; `None` where it names one or none.
fn models_of(body: &mut Map<String, Value>) -> Result<Option<Vec<String>>, Error> {
    let Some(models) = body.remove("models").filter(|m| !m.is_null()) else { return Ok(None) };
    if body.get("model").is_some_and(|m| !m.is_null()) {
        return Err(Error::config("give either model or models, not both"));
    }
    let names: Option<Vec<String>> = models
        .as_array()
        .map(|list| list.iter().filter_map(Value::as_str).filter(|m| !m.is_empty()).map(str::to_owned).collect());
    match names {
        Some(names) if !names.is_empty() && Some(names.len()) == models.as_array().map(Vec::len) => Ok(Some(names)),
        _ => Err(Error::config("models must be a list of at least one model's name")),
    }
}

/// Sends a call, to one model after another where it names several: the next one on `capacity`, `cold_start`, `disabled` and
/// `not_found`, before the first byte of an answer only. The last failure comes out, with [`Error::tried`].
pub(crate) async fn in_turn<F>(run: Arc<Run>, mut body: Map<String, Value>, send: impl Fn(Turn) -> F) -> Result<Opened, Error>
where
    F: Future<Output = Result<Opened, Error>>,
{
    let Some(models) = models_of(&mut body)? else {
        let model = body.get("model").and_then(Value::as_str).map(str::to_owned);
        return send(Turn { body, model, successor: false, run }).await;
    };
    let last = models.len() - 1;
    for (at, model) in models.into_iter().enumerate() {
        let mut asking = body.clone();
        asking.insert("model".into(), Value::from(model.as_str()));
        let turn = Turn { body: asking, model: Some(model.clone()), successor: at < last, run: run.clone() };
        match send(turn).await {
            Ok(opened) => return Ok(opened),
            Err(error) => {
                run.failed(&model, error.kind());
                if at == last || !falls(error.kind()) {
                    return Err(error.with_tried(run.tried()));
                }
            }
        }
    }
    Err(Error::config("models must be a list of at least one model's name"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lists_of_models() {
        for (body, want) in [
            (json!({"model": "a"}), Some(None)),
            (json!({"models": null, "model": "a"}), Some(None)),
            (json!({"models": ["a", "b,c"]}), Some(Some(vec!["a".to_owned(), "b,c".to_owned()]))),
            (json!({"models": []}), None),
            (json!({"models": "a"}), None),
            (json!({"models": ["a", ""]}), None),
            (json!({"models": ["a"], "model": "a"}), None),
        ] {
            let mut map = body.as_object().unwrap().clone();
            assert_eq!(models_of(&mut map).ok(), want, "{body}");
        }
    }
}
