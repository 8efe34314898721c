//! What the manifest promises: `rust-version` holds for every dependency of every feature.
#![cfg(feature = "client")]

use chutes_client::Value;
use std::process::Command;

/// Major and minor.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??))
}

fn output(command: &mut Command) -> String {
    let done = command.output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

#[test]
fn no_dependency_asks_for_a_newer_rust() {
    let rustc = output(Command::new("rustc").arg("-vV"));
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
    // For this platform only: nothing is fetched for it that the tests did not need before.
    let args = ["metadata", "--format-version=1", "--all-features", "--locked", "--offline", "--filter-platform", host];
    let told = output(Command::new(env!("CARGO")).args(args).current_dir(env!("CARGO_MANIFEST_DIR")));
    let told: Value = told.parse().unwrap();
    let promised = version(env!("CARGO_PKG_RUST_VERSION"));
    assert_eq!(promised, Some((1, 88)));
    let packages = told["packages"].as_array().unwrap();
    let newer: Vec<&Value> = packages.iter().filter(|p| p["rust_version"].as_str().and_then(version) > promised).collect();
    assert!(packages.len() > 50, "{}", packages.len());
    assert!(newer.is_empty(), "{:?}", newer.iter().map(|p| (&p["name"], &p["rust_version"])).collect::<Vec<_>>());
}
