//! The figures of a network card's driver, by the program that Amazon Linux and others bring for it. There is no file with them.

use super::run::Clock;
use std::collections::HashMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// The most that is read, in bytes. A card with 32 queues prints some 20,000.
const OUTPUT_LIMIT: u64 = 1 << 20;
/// How long the program may take. It takes some milliseconds.
const BOUND: Duration = Duration::from_secs(1);

/// The figures of an interface, by name; none where there is no such program, or it does not know the interface.
pub(super) async fn figures(clock: &Clock, programs: &[PathBuf], interface: &str) -> HashMap<String, u64> {
    let Some(program) = programs.iter().find(|program| program.is_file()).cloned() else { return HashMap::new() };
    let interface = interface.to_owned();
    let running = tokio::task::spawn_blocking(move || run(&program, &interface));
    let output = clock.within(BOUND * 2, running).await.ok().and_then(Result::ok).flatten();
    output.map(|text| parse(&text)).unwrap_or_default()
}

/// What the program prints. It is killed where it takes too long.
fn run(program: &Path, interface: &str) -> Option<String> {
    let mut command = Command::new(program);
    command.arg("-S").arg(interface).env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().ok()?;
    let output = child.stdout.take()?;
    let (done, read) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let whole = output.take(OUTPUT_LIMIT).read_to_end(&mut bytes).is_ok();
        // Whoever waited for it may be gone.
        _ = done.send(whole.then_some(bytes));
    });
    let bytes = read.recv_timeout(BOUND).ok().flatten();
    end(&mut child);
    bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// Waits for its end a moment, and then brings it about.
fn end(child: &mut Child) {
    let since = Instant::now();
    while since.elapsed() < BOUND / 10 {
        if matches!(child.try_wait(), Ok(Some(_))) {
            return;
        }
        thread::sleep(Duration::from_millis(1));
    }
    // One that has just ended can't be killed, and is waited for all the same.
    _ = child.kill();
    _ = child.wait();
}

/// Lines such as `     conntrack_allowance_exceeded: 0`.
fn parse(text: &str) -> HashMap<String, u64> {
    let pairs = text.lines().filter_map(|line| line.split_once(':'));
    pairs.filter_map(|(name, value)| Some((name.trim().to_owned(), value.trim().parse().ok()?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn script(text: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ethtool");
        std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).expect("it is written");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("it may be run");
        (folder, path)
    }

    #[test]
    fn the_drivers_figures_are_read() {
        let (_folder, path) = script(
            "echo \"NIC statistics ($2):\"; echo '     conntrack_allowance_exceeded: 7'; echo '     queue_0_tx_cnt: x'",
        );
        let text = run(&path, "ens5").expect("it prints");
        assert_eq!(parse(&text), HashMap::from([("conntrack_allowance_exceeded".to_owned(), 7)]));
        assert!(text.contains("(ens5)"));
    }

    #[test]
    fn a_program_that_never_ends_is_killed() {
        let folder = tempfile::tempdir().expect("a folder");
        let pid = folder.path().join("pid");
        let (_script, path) = script(&format!("echo $$ > {}; exec /bin/sleep 60", pid.display()));
        let started = Instant::now();
        assert_eq!(run(&path, "ens5"), None);
        assert!(started.elapsed() < Duration::from_secs(10));
        let pid = std::fs::read_to_string(pid).expect("it ran");
        assert!(!Path::new("/proc").join(pid.trim()).exists(), "it still runs");
    }

    #[test]
    fn endless_output_is_cut() {
        let (_folder, path) = script("while :; do echo 'figure: 1'; done");
        let text = run(&path, "ens5").expect("it prints");
        assert_eq!(text.len() as u64, OUTPUT_LIMIT);
    }
}
