//! Management methods by their names in the document.

use crate::ops::{self, End, Outcome, Seen, stops};
use crate::options::{Session, call_options};
use chutes_client::management::bounties::BountiesIncreaseParams;
use chutes_client::management::chutes::{ChutesDeployParams, ChutesListParams, ChutesMinerMeansParams};
use chutes_client::{CallOptions, Chutes, Error, Value, json};

fn text(from: &Value, name: &str) -> String {
    from[name].as_str().map_or_else(|| if from[name].is_null() { String::new() } else { from[name].to_string() }, str::to_owned)
}

/// Reads arguments into the typed parameters of the client.
fn typed<T: serde::de::DeserializeOwned + Default>(from: &Value) -> T {
    if from.is_null() { T::default() } else { ops::typed(from, &[]) }
}

/// `None`: no such method.
pub async fn call(client: &Chutes, args: &Value, options: CallOptions) -> Option<Result<Value, Error>> {
    let (path, query, body) = (&args["path"], &args["query"], &args["body"]);
    let chutes = client.chutes();
    let wire = |result: Result<Value, Error>| Some(result);
    macro_rules! json_of {
        ($pending:expr) => {
            wire($pending.with(options).await.map(|answer| {
                let value = serde_json::to_value(&*answer).expect("answers are JSON");
                if value.is_array() { json!({"items": value}) } else { value }
            }))
        };
    }
    macro_rules! text_of {
        ($pending:expr) => {
            wire($pending.with(options).await.map(|answer| json!({"text": *answer})))
        };
    }
    let id = if path["chute_id_or_name"].is_null() { text(path, "chute_id") } else { text(path, "chute_id_or_name") };
    match (args["resource"].as_str()?, args["method"].as_str()?) {
        ("chutes", "list") => json_of!(chutes.list(typed::<ChutesListParams>(query))),
        ("chutes", "get") => json_of!(chutes.get(id)),
        ("chutes", "deploy") => json_of!(chutes.deploy(&typed(body), typed::<ChutesDeployParams>(query))),
        ("chutes", "update") => json_of!(chutes.update(id, &typed(body))),
        ("chutes", "delete") => json_of!(chutes.delete(id)),
        ("chutes", "share") => json_of!(chutes.share(&typed(body))),
        ("chutes", "unshare") => json_of!(chutes.unshare(&typed(body))),
        ("chutes", "code") => text_of!(chutes.code(id)),
        ("chutes", "warmup_status") => json_of!(chutes.warmup_status(id)),
        ("chutes", "utilization") => json_of!(chutes.utilization()),
        ("chutes", "boosted") => json_of!(chutes.boosted()),
        ("chutes", "rolling_updates") => json_of!(chutes.rolling_updates()),
        ("chutes", "gpu_count_history") => json_of!(chutes.gpu_count_history()),
        ("chutes", "affine_available") => json_of!(chutes.affine_available()),
        ("chutes", "miner_means_index") => text_of!(chutes.miner_means_index()),
        ("chutes", "miner_means") => text_of!(chutes.miner_means(id, typed::<ChutesMinerMeansParams>(query))),
        ("chutes", "miner_means_file") => text_of!(chutes.miner_means_file(id, text(path, "ext").as_str())),
        ("chutes", "miner_means_rows") => json_of!(chutes.miner_means_rows(id)),
        ("chutes", "deploy_vllm") => json_of!(chutes.deploy_vllm(&typed(body))),
        ("chutes", "deploy_diffusion") => json_of!(chutes.deploy_diffusion(&typed(body))),
        ("bounties", "list") => json_of!(client.bounties().list()),
        ("bounties", "increase") => json_of!(client.bounties().increase(id, typed::<BountiesIncreaseParams>(query))),
        ("users", "me") => json_of!(client.users().me()),
        ("models", "list") => json_of!(client.models().list()),
        _ => None,
    }
}

pub async fn items<T: serde::de::DeserializeOwned + serde::Serialize>(
    request: &Value,
    mut stream: chutes_client::ItemStream<T>,
    seen: &Seen,
) -> Outcome {
    seen.add("open", "", Value::Null);
    let mut count = 0;
    while let Some(item) = stream.next_item().await {
        seen.add("item", "item", json!(item.inspect_err(|_| seen.add("error", "", Value::Null))?));
        count += 1;
        if stops(request, count) {
            return Ok(End::Stopped);
        }
    }
    seen.add("end", "", Value::Null);
    Ok(End::Final(json!({"count": count})))
}

pub async fn list_all(request: &Value, session: &Session, seen: &Seen) -> Outcome {
    let args = &request["args"];
    let params = typed(&args["query"]);
    let mut pages = session.client.chutes().list_all(params).with(call_options(&request["options"]));
    let mut count = 0;
    while args["max_items"].as_u64() != Some(count) {
        let Some(item) = pages.next_item().await else { break };
        seen.add("item", "item", json!(item.inspect_err(|_| seen.add("error", "", Value::Null))?));
        count += 1;
        if stops(request, count as usize) {
            return Ok(End::Stopped);
        }
    }
    seen.add("end", "", Value::Null);
    Ok(End::Final(json!({"count": count})))
}
