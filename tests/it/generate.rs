//! Completions and man pages say what the program does. `tests/docs/run` has the shells and `man` read them.

use super::cli::ran;

const COMMANDS: [&str; 11] =
    ["check", "collect", "preflight", "path", "demo", "explain", "checks", "iam-policy", "merge", "completions", "man"];

#[test]
fn completions_know_every_command() {
    for (shell, begins) in [("bash", "_pldoctor()"), ("zsh", "#compdef pldoctor"), ("fish", "# Print an optspec")] {
        let ran = ran(&["completions", shell]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{shell}");
        assert!(ran.out.starts_with(begins), "{shell}: {}", ran.out.lines().next().unwrap_or_default());
        for command in COMMANDS {
            assert!(ran.out.contains(command), "{shell}: {command}");
        }
    }
    let wrong = ran(&["completions", "tcsh"]);
    assert!(wrong.code == 2 && wrong.err.contains("bash"), "{}", wrong.err);
}

#[test]
fn a_man_page_a_command() {
    let one = ran(&["man"]);
    assert!(one.code == 0 && one.out.contains(".TH pldoctor 1"), "{}", one.out);
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("new/man1");
    assert_eq!(ran(&["man", pages.to_str().unwrap()]).code, 0);
    for command in COMMANDS {
        let page = std::fs::read_to_string(pages.join(format!("pldoctor-{command}.1"))).unwrap();
        assert!(page.contains(".SH SYNOPSIS"), "{command}");
    }
    assert!(std::fs::read_to_string(pages.join("pldoctor.1")).unwrap().contains("Exit codes"));
    let lost = ran(&["man", "/proc/nowhere"]);
    assert!(lost.code == 4 && lost.err.contains("/proc/nowhere"), "{}", lost.err);
}
