//! A page of the management API: the client, and the limit, which has the same fields without leniency: no unknown fields, free JSON
//! left as it is.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use chutes_client::Chutes;
use chutes_client::management::chutes::ChutesListParams;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::meter::{Meter, measure};

const WORK: &str = "page-25";
const PER_ROUND: u64 = 10;

/// Declares plain structs: nothing but what serde makes of them.
macro_rules! plain {
    ($($name:ident { $($field:ident: $ty:ty),* $(,)? })+) => {$(
        #[derive(Deserialize)]
        #[allow(dead_code, reason = "decoded as the client does")]
        struct $name { $($field: $ty),* }
    )+};
}

type Text = Option<String>;
type Json = Option<Box<RawValue>>;

plain! {
    Page { total: Option<i64>, page: Option<i64>, limit: Option<i64>, items: Vec<Chute> }
    Chute {
        chute_id: String, name: String, slug: Text, tagline: Text, readme: Text, tool_description: Text, public: Option<bool>, version: Text,
        standard_template: Text, cords: Vec<Cord>, jobs: Vec<Box<RawValue>>, cord_ref_id: Text, created_at: Text, updated_at: Text,
        image: Option<Image>, user: Option<User>, supported_gpus: Vec<String>, node_selector: Option<Selector>, invocation_count: Option<i64>,
        current_estimated_price: Option<Price>, instances: Vec<Instance>, logo_id: Text, logo: Text, openrouter: Option<bool>,
        chutes_version: Text, revision: Text, concurrency: Option<i64>, boost: Option<f64>, max_instances: Option<i64>,
        scaling_threshold: Option<f64>, shutdown_after_seconds: Option<i64>, preemptible: Option<bool>, allow_external_egress: Option<bool>,
        tee: Option<bool>, lock_modules: Option<bool>, effective_compute_multiplier: Option<f64>,
        compute_multiplier_factors: Option<BTreeMap<String, f64>>, bounty: Option<i64>, hot: Option<bool>,
    }
    Cord {
        method: String, path: String, function: String, stream: Option<bool>, passthrough: Option<bool>, public_api_path: Text,
        public_api_method: Text, input_schema: Json, minimal_input_schema: Json, output_schema: Json, output_content_type: Text,
    }
    Image {
        image_id: String, user_id: Text, name: Text, tag: Text, readme: Text, public: Option<bool>, status: Text, created_at: Text,
        build_started_at: Text, build_completed_at: Text, user: Option<User>, logo_id: Text, logo: Text, patch_version: Text,
        chutes_version: Text,
    }
    User { user_id: Text, username: Text, created_at: Text, logo_id: Text, logo: Text }
    Selector {
        gpu_count: Option<i64>, min_vram_gb_per_gpu: Option<i64>, max_hourly_price_per_gpu: Option<f64>, include: Option<Vec<String>>,
        exclude: Option<Vec<String>>, dynamic: Option<bool>, compute_multiplier: Option<f64>, supported_gpus: Option<Vec<String>>,
    }
    Price { per_million_tokens: Json, per_step: Json, per_request: Json, usd: Json, tao: Json, hourly_price_range: Json }
    Instance { instance_id: String, region: Text, active: Option<bool>, verified: Option<bool>, last_verified_at: Text }
}

/// By the client.
pub async fn ours(url: &str) {
    let client = Chutes::builder().api_key("cpk_bench").base_url(format!("{url}/{WORK}")).build().expect("a client");
    let chutes = client.chutes();
    measure(20, || async {
        for _ in 0..PER_ROUND {
            assert_eq!(chutes.list(ChutesListParams::default()).await.expect("a page").items.len(), 25);
        }
        PER_ROUND
    })
    .await;
}

/// By a blocking socket and serde.
pub fn limit(url: &str) {
    let mut socket = BufReader::new(TcpStream::connect(url.trim_start_matches("http://")).expect("the server"));
    let request = format!("GET /{WORK}/chutes/ HTTP/1.1\r\nhost: x\r\n\r\n");
    let mut read = || {
        socket.get_mut().write_all(request.as_bytes()).expect("sent");
        let (mut length, mut line) = (0, String::new());
        while socket.read_line(&mut line).expect("a head") > 2 {
            if let Some((name, value)) = line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length")) {
                length = value.trim().parse().unwrap_or_else(|_| panic!("{name}"));
            }
            line.clear();
        }
        let mut body = vec![0; length];
        socket.read_exact(&mut body).expect("a body");
        let text = std::str::from_utf8(&body).expect("text");
        let page: Page = serde_json::from_str(text).expect("a page");
        assert_eq!(std::hint::black_box(page).items.len(), 25);
    };
    (0..PER_ROUND).for_each(|_| read());
    let meter = Meter::start();
    (0..20 * PER_ROUND).for_each(|_| read());
    meter.report(20 * PER_ROUND, Default::default());
}
