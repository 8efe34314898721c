//! More blocks of the README: deploying, building, jobs, usage and money, one function each.

// README: names of account
use chutes_client::management::payments::PaymentsListParams;
use chutes_client::management::users::UsersUsageParams;
use chutes_client::types::{ChuteArgs, Cord, NodeSelector, QuotaLimit, Quotas};
use chutes_client::{
    BuildArgs, BuildParams, Chutes, DeployParams, DownloadParams, JobCreateParams, JobWaitParams, Patch, Upload, WaitReadyParams,
    job_state, json,
};
use std::path::Path;
use std::time::Duration;
// README: end

type Done = Result<(), Box<dyn std::error::Error>>;

async fn deploy(client: &Chutes) -> Done {
    // README: deploy
    let chute = ChuteArgs {
        name: "hello".into(),
        image: "chutes/python:3.12".into(),
        node_selector: NodeSelector { gpu_count: Some(1), include: Some(vec!["pro_6000".into()]), ..Default::default() },
        tee: Patch::Set(true),
        public: Some(false),
        filename: "hello.py".into(),
        ref_str: "hello:chute".into(),
        code: "# what the container runs\n".into(),
        cords: Patch::Set(vec![Cord {
            function: "hi".into(),
            method: "POST".into(),
            path: "/hi".into(),
            public_api_path: Some("/hi".into()),
            public_api_method: Some("POST".into()),
            stream: Some(false),
            ..Default::default()
        }]),
        ..Default::default()
    };
    let made = match client.chutes().deploy(&chute, DeployParams::default()).await {
        Err(error) if error.is_payment_required() => {
            println!("a first deployment costs {:?} USD", error.fee());
            client.chutes().deploy(&chute, DeployParams { accept_fee: true, ..Default::default() }).await?
        }
        outcome => outcome?,
    };
    println!("{} {}", made.status, made.chute.chute_id); // created
    let again = client.chutes().deploy(&chute, DeployParams::default()).await?;
    println!("{}", again.status); // unchanged: the same image and code are not sent again
    let patience = WaitReadyParams::new().timeout(Duration::from_secs(300)).on_progress(|heard| println!("{:?}", heard.status()));
    client.chutes().wait_ready(made.chute.chute_id.as_str(), patience).await?;
    // README: end
    Ok(())
}

async fn build(client: &Chutes, context: &Path) -> Done {
    // README: build
    let args = BuildArgs {
        name: "hello".into(),
        tag: "1.0".into(),
        dockerfile: "FROM parachutes/python:3.12\nCOPY app.py .\n".into(),
        context: Some(Upload::from_path(context)), // a zip file
        ..Default::default()
    };
    let params = BuildParams::new().on_log(|line| println!("{}", line.log.as_deref().unwrap_or("")));
    let image = client.container_images().build(args, params).await?;
    println!("{} {:?}", image.image_id, image.status); // built and pushed
    // README: end
    Ok(())
}

async fn jobs(client: &Chutes, folder: &Path) -> Done {
    // README: jobs
    let started = client.jobs().create("demo/worker", "train", &json!({"epochs": 2}), JobCreateParams::default()).await?;
    let patience = JobWaitParams::new().poll_interval(1.0).on_progress(|run| println!("{}", job_state(run)));
    let run = client.jobs().wait(started.job_id.as_str(), patience).await?;
    for file_id in run.output_files.iter().flatten().map(|(file_id, _)| file_id.as_str()) {
        // Into a folder: the file gets its own name.
        let path = client.jobs().download(run.job_id.as_str(), file_id, folder, DownloadParams::new()).await?;
        println!("{}", path.display());
    }
    // README: end
    Ok(())
}

async fn usage(client: &Chutes) -> Done {
    // README: usage
    println!("{:?} USD", client.users().me().await?.balance);
    let since = UsersUsageParams { start_date: Some("2026-11-01T00:00:00Z".into()), ..Default::default() };
    let (mut hours, mut spent) = (client.users().usage_all(since), 0.0);
    while let Some(hour) = hours.next_item().await {
        spent += hour?.amount.unwrap_or(0.0); // all pages
    }
    println!("{spent:.2} USD spent");
    for payment in &client.payments().list(PaymentsListParams { limit: Some(3), ..Default::default() }).await?.items {
        println!("{:?} {:?}", payment.timestamp, payment.usd_amount);
    }
    // Rows of this account's own, or the defaults by chute: the type says both.
    match &*client.users().quotas().await? {
        Quotas::Rows(rows) => rows.iter().for_each(|row| println!("{:?} {:?}", row.chute_id, row.quota)),
        Quotas::Defaults(calls) => println!("{:?} calls a day", calls.get("*")),
        other => println!("a shape that this version does not know: {other:?}"),
    }
    let today = client.users().quota_usage("*").await?.into_inner();
    if let (Some(used), Some(QuotaLimit::Count(quota))) = (today.used, today.quota) {
        println!("{used} of {quota} calls today");
    }
    // README: end
    Ok(())
}

#[tokio::main]
async fn main() -> Done {
    let client = Chutes::from_env()?;
    let folder = std::env::var_os("DEMO_OUT").map_or_else(std::env::temp_dir, Into::into);
    let context = folder.join("context.zip");
    std::fs::write(&context, [b"PK\x05\x06".as_slice(), &[0; 18]].concat())?; // a zip file with nothing in it
    deploy(&client).await?;
    build(&client, &context).await?;
    jobs(&client, &folder).await?;
    usage(&client).await
}
