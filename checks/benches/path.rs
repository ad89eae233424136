//! How fast the brain is: one question of the path model on VPCs of growing size, and one recorded world judged whole.
//!
//! `cargo bench -p pldoctor-checks` prints medians and ratios; it asserts nothing.
#![allow(clippy::print_stdout, missing_docs)]

mod world;

use pldoctor_checks::diagnosis::diagnose;
use pldoctor_checks::facts::Facts;
use pldoctor_checks::network::{Goal, Network, PathQuestion, Start, Verdict};
use pldoctor_checks::registry::CHECKS;
use pldoctor_checks::snapshot::layout::Entry;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The median of several runs.
fn median(runs: usize, mut run: impl FnMut()) -> Duration {
    run();
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

fn read(files: &BTreeMap<String, String>) -> Facts {
    let mut facts = Facts::default();
    for (path, text) in files {
        let entry = Entry::at(path).expect("a file of a snapshot");
        entry.load(&mut facts, text).expect("facts");
    }
    facts
}

fn question(interfaces: usize) -> PathQuestion {
    let eni = |index: usize| format!("eni-{index:017x}");
    PathQuestion::new(Start::Interface(eni(0)), Goal::Interface(eni(interfaces - 1)), 4000)
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn path_model() {
    println!("path model: one question, groups of 60 rules, ACLs of 40 entries");
    println!("interfaces   MB     read ms  index ms  question us  questions/s  cold ms  read share");
    let mut first = None;
    for interfaces in [10, 100, 1_000, 10_000] {
        let files = world::files(interfaces);
        let bytes: usize = files.values().map(String::len).sum();
        let runs = if interfaces > 1_000 { 5 } else { 21 };
        let facts = read(&files);
        let ask = question(interfaces);
        let reach = Network::new(&facts).paths(&ask);
        assert_eq!(reach.verdict, Verdict::Reachable, "the question of the benchmark: {reach:?}");
        let reading = median(runs, || drop(black_box(read(&files))));
        let indexing = median(runs, || drop(black_box(Network::new(&facts))));
        let network = Network::new(&facts);
        let many = 2_000;
        let asking = median(runs, || (0..many).for_each(|_| drop(black_box(network.paths(black_box(&ask)))))) / many;
        let cold = reading + indexing + asking;
        println!(
            "{interfaces:>10} {:>6.2} {:>9.2} {:>9.3} {:>12.2} {:>12.0} {:>8.2} {:>9.0} %",
            bytes as f64 / 1e6,
            ms(reading),
            ms(indexing),
            asking.as_secs_f64() * 1e6,
            1.0 / asking.as_secs_f64(),
            ms(cold),
            100.0 * reading.as_secs_f64() / cold.as_secs_f64()
        );
        let (bytes, asking) = (bytes as f64, asking.as_secs_f64());
        let (first_bytes, first_reading, first_asking) = *first.get_or_insert((bytes, reading.as_secs_f64(), asking));
        if interfaces == 10_000 {
            println!(
                "10 to 10,000 interfaces: {:.0} times the bytes, {:.0} times the reading, {:.2} times the question",
                bytes / first_bytes,
                reading.as_secs_f64() / first_reading,
                asking / first_asking
            );
        }
    }
}

/// The text of one recorded world's files.
fn recorded(folder: &Path, prefix: &str, found: &mut BTreeMap<String, String>) {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    for path in entries.collect::<Vec<PathBuf>>() {
        let name = format!("{prefix}{}", path.file_name().expect("a name").to_string_lossy());
        if path.is_dir() {
            recorded(&path, &format!("{name}/"), found);
        } else if name != "expected.json" && name.ends_with(".json") {
            found.insert(name, std::fs::read_to_string(&path).expect("text"));
        }
    }
}

fn judging() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/cases");
    println!("judging a recorded world, plan and proof included");
    for case in ["login/healthy", "endpoint-security-group/several-causes"] {
        let mut files = BTreeMap::new();
        recorded(&cases.join("login/healthy"), "", &mut files);
        recorded(&cases.join(case), "", &mut files);
        let facts = read(&files);
        let first = Instant::now();
        drop(black_box(diagnose(CHECKS, &facts)));
        let first = first.elapsed();
        let reading = median(21, || drop(black_box(read(&files))));
        let judging = median(21, || drop(black_box(diagnose(CHECKS, &facts))));
        println!(
            "{case:<45} read {:.2} ms, judge {:.2} ms (the first time {:.2} ms)",
            ms(reading),
            ms(judging),
            ms(first)
        );
    }
}

fn main() {
    path_model();
    judging();
}
