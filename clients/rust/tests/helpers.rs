//! What takes more than one request: the order of requests, what is sent again, and what is left behind.
#![cfg(feature = "client")]

mod wire;

use chutes_client::testing::VirtualClock;
use chutes_client::types::ChuteArgs;
use chutes_client::{
    BuildArgs, BuildParams, Chutes, DeployParams, DeploymentStatus, DownloadParams, JobCreateParams, JobWaitParams, Kind, Value,
    WaitBuiltParams, WaitReadyParams, job_state, json, predict_chute_id, predict_version,
};
use std::sync::{Arc, Mutex};
use std::time::Duration;

fn client(url: &str) -> (Chutes, VirtualClock) {
    let clock = VirtualClock::new(1_764_000_000.0);
    let seam = clock.seam().with_random(|| 0.0);
    (Chutes::builder().api_key("cpk_test").base_url(url).seam(seam).build().unwrap(), clock)
}

fn body() -> ChuteArgs {
    serde_json::from_value(json!({"name": "echo", "image": "alice/tools:1", "public": false, "code": "x = 1"})).unwrap()
}

/// Answers by the path alone.
async fn serve(answers: Vec<(&'static str, String)>) -> (String, wire::Asked) {
    wire::serve(move |_, request| {
        let line = request.line();
        let found = answers.iter().find(|(start, _)| line.starts_with(start)).map(|(_, answer)| answer.clone());
        async move { found.unwrap_or_else(|| wire::json(404, json!({"detail": "not here"}))) }
    })
    .await
}

fn account() -> (&'static str, String) {
    ("GET /users/me", wire::json(200, json!({"username": "alice"})))
}

fn image() -> (&'static str, String) {
    ("GET /images/alice/tools%3A1", wire::json(200, json!({"image_id": "img", "patch_version": "initial"})))
}

#[tokio::test]
async fn nothing_is_deployed_where_nothing_has_changed() {
    let id = predict_chute_id("alice", "echo");
    let there = json!({"chute_id": id, "version": predict_version("img", "initial", "x = 1"), "public": false, "later": 1});
    let made = ("POST /chutes/", wire::json(200, json!({"chute_id": "new"})));
    let (url, asked) = serve(vec![account(), image(), ("GET /chutes/", wire::json(200, there)), made]).await;
    let (client, _) = client(&url);
    let done = client.chutes().deploy(&body(), DeployParams::default()).await.unwrap();
    assert_eq!((done.status, done.chute.extra["later"].get()), (DeploymentStatus::Unchanged, "1"));
    assert_eq!(wire::lines(&asked), ["GET /users/me", "GET /images/alice/tools%3A1", &format!("GET /chutes/{id}")]);
    let forced = client.chutes().deploy(&body(), DeployParams { force: true, ..DeployParams::default() }).await.unwrap();
    assert_eq!((forced.status, forced.chute.chute_id.as_str()), (DeploymentStatus::Updated, "new"));
    let public = ChuteArgs { public: Some(true), ..body() };
    let changed = client.chutes().deploy(&public, DeployParams::default()).await.unwrap();
    assert_eq!(changed.status, DeploymentStatus::Updated);
}

#[tokio::test]
async fn a_fee_is_told_and_only_agreed_to_when_asked() {
    let fee = wire::json(402, json!({"detail": "There is a deployment fee of $12.50."}));
    let accepted = ("POST /chutes/?accept_fee=true", wire::json(200, json!({"chute_id": "new"})));
    let (url, asked) = serve(vec![account(), image(), accepted, ("POST /chutes/", fee)]).await;
    let (client, _) = client(&url);
    let error = client.chutes().deploy(&body(), DeployParams::default()).await.unwrap_err();
    assert_eq!((error.kind(), error.fee(), error.attempts()), (Kind::PaymentRequired, Some(12.5), 1));
    let done = client.chutes().deploy(&body(), DeployParams { accept_fee: true, force: false }).await.unwrap();
    assert_eq!(done.status, DeploymentStatus::Created);
    assert_eq!(wire::lines(&asked).iter().filter(|line| line.starts_with("POST")).count(), 2);
}

#[tokio::test]
async fn a_warm_up_that_breaks_is_opened_again() {
    let cold = "data: {\"status\":\"cold\",\"log\":\"a\"}\n\n";
    let (url, asked) = wire::serve(move |number, _| async move {
        match number {
            0 => wire::broken("text/event-stream", cold),
            _ => wire::stream("text/event-stream", "data: {\"status\":\"hot\"}\n\n"),
        }
    })
    .await;
    let (client, clock) = client(&url);
    let heard: Arc<Mutex<Vec<String>>> = Arc::default();
    let tell = heard.clone();
    let params = WaitReadyParams::new().on_progress(move |heard| {
        tell.lock().unwrap().push(heard.status().map(|s| s.to_string()).unwrap_or_default());
    });
    let ready = client.chutes().wait_ready("alice/echo", params).await.unwrap();
    assert_eq!(json!(ready), json!({"status": "hot"}));
    assert_eq!((heard.lock().unwrap().join(" ").as_str(), clock.sleeps().len()), ("cold hot", 1));
    assert_eq!(asked.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_poll_ends_with_its_time() {
    let (url, asked) = serve(vec![("GET /chutes/warmup", wire::json(200, json!({"status": "cold"})))]).await;
    let (client, clock) = client(&url);
    let params = WaitReadyParams::new().poll_interval(4.0).timeout(10.0);
    let error = client.chute("demo").wait_ready(params).await.unwrap_err();
    assert!(error.is_timeout() && error.message().contains("cold"), "{error}");
    assert_eq!(clock.sleeps(), [4, 4, 2].map(Duration::from_secs));
    assert!(wire::lines(&asked).iter().all(|line| line == "GET /chutes/warmup/demo?quick=true"));
    let odd = client.chutes().wait_ready("demo", WaitReadyParams::new().poll_interval(0.0)).await.unwrap_err();
    assert!(odd.is_config());
}

#[tokio::test]
async fn a_build_is_uploaded_once_and_its_log_goes_on_after_a_drop() {
    let line = |n: u32| format!("data: {{\"log\":{{\"log_type\":\"stdout\",\"log\":\"{n}\"}},\"offset\":\"{n}-0\"}}\n");
    let (first, rest) = (line(1), format!(".\n{}DONE\n", line(2)));
    let answers = vec![
        ("POST /images/", wire::json(200, json!({"image_id": "img", "status": "pending build"}))),
        ("GET /images/img/logs?offset=1-0", wire::stream("text/event-stream", &rest)),
        ("GET /images/img/logs", wire::broken("text/event-stream", &first)),
        ("GET /images/img", wire::json(200, json!({"image_id": "img", "status": "built and pushed"}))),
        account(),
    ];
    let (url, asked) = serve(answers).await;
    let (client, _) = client(&url);
    let heard: Arc<Mutex<Vec<String>>> = Arc::default();
    let tell = heard.clone();
    let params = BuildParams::new().on_log(move |line| tell.lock().unwrap().push(line.log.clone().unwrap_or_default()));
    let args = BuildArgs { name: "tools".into(), tag: "1".into(), dockerfile: "FROM x".into(), ..BuildArgs::default() };
    let image = client.container_images().build(args, params).await.unwrap();
    assert_eq!((image.status.as_deref(), heard.lock().unwrap().join("")), (Some("built and pushed"), "12".to_owned()));
    let lines = wire::lines(&asked);
    let want = ["GET /users/me", "POST /images/", "GET /images/img/logs", "GET /images/img/logs?offset=1-0", "GET /images/img"];
    assert_eq!(lines, want);
    let upload = asked.lock().unwrap()[1].body.clone();
    assert!(upload.contains("filename=\"chutes.zip\"\r\nContent-Type: application/zip\r\n\r\nPK"), "{upload}");
}

#[tokio::test]
async fn a_build_that_failed_and_a_log_that_never_comes_back_are_told() {
    let failed = ("GET /images/bad", wire::json(200, json!({"image_id": "bad", "status": "error: RUN false"})));
    let plain = ("GET /images/bad/logs", wire::stream("text/plain", "one\n"));
    let gone = ("GET /images/gone/logs", wire::broken("text/event-stream", ".\n"));
    let (url, asked) = serve(vec![plain, failed, gone]).await;
    let (client, clock) = client(&url);
    let error = client.container_images().wait_built("bad", WaitBuiltParams::new()).await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (Kind::StreamError, "the build failed: RUN false"));
    let error = client.container_images().wait_built("gone", WaitBuiltParams::new()).await.unwrap_err();
    assert_eq!(error.kind(), Kind::StreamInterrupted);
    assert_eq!((asked.lock().unwrap().len(), clock.sleeps().len()), (2 + 6, 5));
}

#[tokio::test]
async fn a_job_is_started_by_name_and_waited_for() {
    let (url, asked) = wire::serve(|number, _| async move {
        wire::json(
            200,
            match number {
                0 => json!({"chute_id": "7a1c5d64-0000-4000-8000-000000000001"}),
                1 => json!({"job_id": "j"}),
                2 => json!({"job_id": "j", "active": true}),
                _ => json!({"job_id": "j", "finished_at": "2026-05-01T00:00:00", "result": {"status": "error"}}),
            },
        )
    })
    .await;
    let (client, clock) = client(&url);
    let params = JobCreateParams { disk_gb: Some(50.0) };
    let run = client.jobs().create("alice/trainer", "train", &json!({"epochs": 3}), params).await.unwrap();
    let sent: Value = serde_json::from_str(&asked.lock().unwrap()[1].body).unwrap();
    assert_eq!((run.job_id.as_str(), sent), ("j", json!({"epochs": 3, "_disk_gb": 50})));
    let states: Arc<Mutex<Vec<String>>> = Arc::default();
    let tell = states.clone();
    let params = JobWaitParams::new().on_progress(move |run| tell.lock().unwrap().push(job_state(run).to_string()));
    client.jobs().wait("j", params).await.unwrap();
    assert_eq!((states.lock().unwrap().join(" ").as_str(), clock.sleeps()), ("running error", vec![Duration::from_secs(5)]));
    let refused = client.jobs().create("alice/trainer", "train", &json!({}), JobCreateParams { disk_gb: Some(10.0) });
    assert!(refused.await.unwrap_err().is_config());
    assert_eq!(asked.lock().unwrap().len(), 4);
}

#[tokio::test]
async fn a_download_is_there_whole_or_not_at_all() {
    let whole = "HTTP/1.1 200 OK\r\ncontent-disposition: attachment; filename=\"../w.bin\"\r\ncontent-length: 5\r\n\r\nhello";
    let cut = wire::broken("application/octet-stream", "hel");
    let (url, asked) = serve(vec![("GET /jobs/j/download/good", whole.to_owned()), ("GET /jobs/j/download/cut", cut)]).await;
    let (client, _) = client(&url);
    let folder = std::env::temp_dir().join(format!("chutes-helpers-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let tell = heard.clone();
    let params = DownloadParams::new().on_progress(move |received, total| tell.lock().unwrap().push((received, total)));
    let path = client.jobs().download("j", "good", &folder, params).await.unwrap();
    assert_eq!((path.as_path(), std::fs::read(&path).unwrap()), (folder.join("w.bin").as_path(), b"hello".to_vec()));
    assert_eq!(*heard.lock().unwrap(), [(5, Some(5))]);
    let error = client.jobs().download("j", "cut", &path, DownloadParams::new()).await.unwrap_err();
    assert_eq!((error.kind(), std::fs::read(&path).unwrap()), (Kind::Connection, b"hello".to_vec()));
    let left: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["w.bin"]);
    let nowhere = folder.join("gone").join("x");
    assert!(client.jobs().download("j", "good", nowhere, DownloadParams::new()).await.unwrap_err().is_config());
    assert_eq!(asked.lock().unwrap().len(), 2);
    std::fs::remove_dir_all(&folder).unwrap();
}
