//! Every example, run on the local platform; and the README, which shows them.
#![cfg(feature = "client")]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The local platform of the project, in its Python environment (`make setup`).
struct Platform {
    process: Child,
    url: String,
}

impl Platform {
    /// `None` where it is not set up.
    fn start() -> Option<Platform> {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.build/venv/bin/chutes-mock");
        if !program.exists() {
            eprintln!("skipped: {} is not there; make it with `make setup`", program.display());
            return None;
        }
        let mut process = Command::new(&program)
            .args(["--port", "0", "--token-delay-ms", "0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("CHUTES_BASE_URL=").unwrap_or_default().to_owned();
        assert!(url.starts_with("http://127.0.0.1:"), "{line}");
        Some(Platform { process, url })
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs an example as cargo has built it beside this test.
fn run(name: &str, platform: &Platform, folder: &Path) -> String {
    let built = std::env::current_exe().unwrap();
    let program: PathBuf = built.parent().and_then(Path::parent).unwrap().join("examples").join(name);
    let mut command = Command::new(program);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CHUTES_")) {
        command.env_remove(name);
    }
    command.env("CHUTES_BASE_URL", &platform.url).env("CHUTES_API_KEY", "cpk_demo");
    command.env("CHUTES_CONFIG_PATH", folder.join("config.ini")).env("DEMO_OUT", folder).current_dir(folder);
    let done = command.output().unwrap();
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "{name}: {text}{}", String::from_utf8_lossy(&done.stderr));
    text
}

#[test]
fn every_example_runs() {
    let folder = std::env::temp_dir().join(format!("chutes-examples-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    // The key of `demo` on the local platform.
    std::fs::write(folder.join("config.ini"), format!("[auth]\nhotkey_seed = {}\n", "42".repeat(32))).unwrap();
    let Some(platform) = Platform::start() else { return };
    let mut wanted = vec![
        ("quickstart", vec!["attempts", "Usage", "not_found"]),
        ("account", vec!["created ", "unchanged", "Some(Hot)", "built and pushed", "complete", "report.txt", "USD spent"]),
        ("oauth", vec!["Some(\"demo\")"]),
        ("beyond", BEYOND.to_vec()),
        ("every_resource", EVERY.to_vec()),
    ];
    if cfg!(feature = "otel") {
        wanted.push(("otel", vec!["chat mock/open-model: 11 attributes, 2 events"]));
    }
    if cfg!(feature = "blocking") {
        wanted.push(("blocking", vec!["total_tokens", "turns", "three: "]));
    }
    if cfg!(feature = "hotkey") {
        wanted.push((
            "hotkey",
            vec!["5FnoWRL4FYzd29q8zXoY3JWio9PtBPgrAFu2RcgQazRQsiCs", "config users.quotas (GET) cannot be signed"],
        ));
    }
    for (name, says) in wanted {
        let text = run(name, &platform, &folder);
        says.iter().for_each(|part| assert!(text.contains(part), "{name} does not say {part}: {text}"));
    }
    assert!(folder.join("report.txt").exists(), "a download of the jobs");
    std::fs::remove_dir_all(&folder).unwrap();
}

/// What each part of it says.
const BEYOND: [&str; 8] = [
    "total_tokens",
    "The tool answered",
    "Some(\"mock/open-model\") answered",
    "USD",
    "two: You asked about",
    "text: expected a value (required)",
    "bytes of audio/wav",
    "createChatCompletion 1 Some(200) None",
];

/// How its lines begin: one for each resource but those that may have nothing to show.
const EVERY: [&str; 22] = [
    "users: ",
    "pricing: ",
    "payments: ",
    "api_keys: ",
    "secrets: ",
    "container_images: ",
    "chutes: ",
    "logos: ",
    "bounties: ",
    "model_aliases: ",
    "instances: ",
    "encrypted_logs: ",
    "e2e: ",
    "jobs: complete",
    "oauth_apps: ",
    "oauth: ",
    "platform: ",
    "models: ",
    "nodes: ",
    "invocations: ",
    "audit: ",
    "tee: ",
];

#[test]
fn the_sample_uses_every_resource() {
    let (all, sample) = (include_str!("../src/management/mod.rs"), include_str!("../examples/every_resource.rs"));
    let resources: BTreeSet<&str> =
        all.lines().filter_map(|l| l.strip_prefix("pub mod ")).map(|l| l.trim_end_matches(';')).collect();
    assert_eq!(resources.len(), 23);
    for resource in resources {
        assert!(sample.contains(&format!("client.{resource}().")), "{resource} is not used");
    }
}

#[test]
fn readme_blocks_are_those_of_the_examples() {
    let readme = include_str!("../README.md");
    let examples = [
        include_str!("../examples/quickstart.rs"),
        include_str!("../examples/account.rs"),
        include_str!("../examples/beyond.rs"),
        include_str!("../examples/blocking.rs"),
        include_str!("../examples/otel.rs"),
        include_str!("../examples/hotkey.rs"),
        include_str!("../examples/oauth.rs"),
    ];
    let blocks: Vec<&str> =
        examples.iter().flat_map(|e| e.split("// README: ").skip(1)).filter(|b| !b.starts_with("end")).collect();
    assert_eq!((blocks.len(), readme.matches("```rust").count()), (29, 29));
    for block in blocks {
        let code = block.split_once('\n').expect("a name").1;
        // The names stand at the margin, all else in a function.
        let margin = if code.starts_with("use ") { "" } else { "    " };
        let dedented: String = code.lines().map(|l| format!("{}\n", l.strip_prefix(margin).unwrap_or(l))).collect();
        assert!(readme.contains(&format!("```rust,ignore\n{}\n```", dedented.trim())), "{dedented}");
    }
}
