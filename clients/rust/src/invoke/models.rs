//! Models: the generated resource, and what an answer of theirs cost.

use crate::config::CallOptions;
use crate::errors::Error;
use crate::json::parse_json;
use crate::management::models::ModelsResource;
use crate::request::Pending;
use crate::types::{ChatCompletion, EmbeddingList, TextCompletion, Usage};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// How long the list of prices is kept.
pub const PRICES_TTL: Duration = Duration::from_secs(3600);
const MILLION: f64 = 1_000_000.0;

/// What an answer cost, in USD. Calls within a quota are free all the same.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Cost {
    /// Of the tokens read.
    pub input: f64,
    /// Of the tokens written.
    pub output: f64,
    /// Of both.
    pub total: f64,
}

/// An answer that names its model and its tokens.
pub trait Billed {
    /// The model that answered.
    fn model(&self) -> Option<&str>;
    /// The tokens it took.
    fn usage(&self) -> Option<&Usage>;
}

macro_rules! billed {
    ($($name:ident),+) => {$(
        impl Billed for $name {
            fn model(&self) -> Option<&str> {
                self.model.as_deref()
            }

            fn usage(&self) -> Option<&Usage> {
                self.usage.as_ref()
            }
        }
    )+};
}
billed!(ChatCompletion, TextCompletion, EmbeddingList);

/// USD per million tokens.
#[derive(Debug, Clone, Copy)]
struct Price {
    input: f64,
    output: f64,
    cached: Option<f64>,
}

type PriceList = Arc<HashMap<String, Price>>;

/// The prices of a client; callers at the same time share one request, and a failed one is not kept.
#[derive(Debug, Default)]
pub(crate) struct Prices(tokio::sync::Mutex<Option<(f64, PriceList)>>);

/// A price as a number or a numeric text.
fn price(values: [&Value; 2]) -> Option<f64> {
    let number = |value: &Value| value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
    values.into_iter().filter_map(number).find(|price| price.is_finite() && *price >= 0.0)
}

fn price_of(model: &Value) -> Option<Price> {
    let of = |one: &str, other: &str| price([&model["pricing"][one], &model["price"][other]["usd"]]);
    let (input, output) = (of("prompt", "input")?, of("completion", "output")?);
    Some(Price { input, output, cached: of("input_cache_read", "input_cache_read") })
}

fn cost(price: Price, usage: &Usage) -> Option<Cost> {
    if usage.prompt_tokens.is_none() && usage.completion_tokens.is_none() {
        return None;
    }
    let prompt = usage.prompt_tokens.unwrap_or(0) as f64;
    let details = usage.prompt_tokens_details.as_ref();
    let cached = details.and_then(|d| d.value()["cached_tokens"].as_f64()).unwrap_or(0.0).clamp(0.0, prompt.max(0.0));
    let input = ((prompt - cached) * price.input + cached * price.cached.unwrap_or(price.input)) / MILLION;
    let output = usage.completion_tokens.unwrap_or(0) as f64 * price.output / MILLION;
    Some(Cost { input, output, total: input + output })
}

impl ModelsResource {
    /// What an answer cost in USD: its tokens by the prices of the model list, which is asked for once in [`PRICES_TTL`]. `None` where
    /// the model, its price or the usage is unknown. Cached prompt tokens cost what the list says, else as much as the others.
    ///
    /// # Errors
    /// Those of the list.
    ///
    /// ```no_run
    /// # async fn run(client: chutes_client::Chutes) -> Result<(), chutes_client::Error> {
    /// use chutes_client::{ChatRequest, Message};
    /// let request = ChatRequest::new("some/model", [Message::user("hello")]);
    /// let answer = client.chat().completions().create(request).await?;
    /// if let Some(cost) = client.models().cost(&*answer).await? {
    ///     println!("{:.6} USD", cost.total);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn cost(&self, answer: &impl Billed) -> Pending<Option<Cost>> {
        let (this, known) = (self.clone(), answer.model().map(str::to_owned).zip(answer.usage().cloned()));
        Pending::new(move |options| async move {
            let Some((model, usage)) = known else { return Ok(None) };
            let list = this.prices(options.limits_only()).await?;
            Ok(list.get(&model).and_then(|price| cost(*price, &usage)))
        })
    }

    async fn prices(&self, options: CallOptions) -> Result<PriceList, Error> {
        let inner = &self.client.inner;
        let mut kept = inner.prices.0.lock().await;
        if let Some((_, list)) = kept.as_ref().filter(|(until, _)| inner.seam.steady() < *until) {
            return Ok(list.clone());
        }
        let answer = self.list().with(options).await?;
        let raw = parse_json(answer.raw_body()).unwrap_or_default();
        let models = raw["data"].as_array().into_iter().flatten();
        let list = models.filter_map(|model| Some((model["id"].as_str()?.to_owned(), price_of(model)?)));
        let list: PriceList = Arc::new(list.collect());
        *kept = Some((inner.seam.steady() + PRICES_TTL.as_secs_f64(), list.clone()));
        Ok(list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn prices_in_every_form() {
        for (model, want) in [
            (json!({"pricing": {"prompt": 2, "completion": "8"}}), Some((2.0, 8.0))),
            (json!({"price": {"input": {"usd": 1}, "output": {"usd": 4}}}), Some((1.0, 4.0))),
            (json!({"pricing": {"prompt": 0, "completion": 0}, "price": {"input": {"usd": 1}}}), Some((0.0, 0.0))),
            (json!({"pricing": {"prompt": 2}}), None),
            (json!({"pricing": null, "price": null}), None),
        ] {
            assert_eq!(price_of(&model).map(|p| (p.input, p.output)), want, "{model}");
        }
    }

    #[test]
    fn cached_tokens_have_their_own_price() {
        let usage = |details: Value| Usage {
            prompt_tokens: Some(1_000_000),
            completion_tokens: Some(500_000),
            prompt_tokens_details: Some(details.into()),
            ..Usage::default()
        };
        let price = Price { input: 2.0, output: 8.0, cached: Some(0.5) };
        assert_eq!(cost(price, &usage(json!({"cached_tokens": 500_000}))).unwrap().total, 5.25);
        assert_eq!(cost(price, &usage(Value::Null)).unwrap().input, 2.0);
        assert_eq!(cost(Price { cached: None, ..price }, &usage(json!({"cached_tokens": 9e9}))).unwrap().input, 2.0);
        assert_eq!(cost(price, &Usage::default()), None);
    }
}
