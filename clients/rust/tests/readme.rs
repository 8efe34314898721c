//! The code of the README is the code of the example.

#[test]
fn readme_blocks_are_those_of_the_example() {
    let (readme, example) = (include_str!("../README.md"), include_str!("../examples/quickstart.rs"));
    let blocks: Vec<&str> = example.split("// README: ").skip(1).filter(|b| !b.starts_with("end")).collect();
    assert_eq!(blocks.len(), 6);
    for block in blocks {
        let code = block.split_once('\n').expect("a name").1;
        let dedented: String = code.lines().map(|l| format!("{}\n", l.strip_prefix("    ").unwrap_or(l))).collect();
        assert!(readme.contains(dedented.trim()), "{dedented}");
    }
}
