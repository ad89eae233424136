//! Where the C library looks names up, and which daemons of this machine keep answers.

use super::files;
use super::request::Request;
use super::run::Clock;
use pldoctor_checks::facts::{NameService, Why};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

/// Sources of a `hosts:` line that are kept. Distributions have up to six.
const SOURCES_LIMIT: usize = 16;
/// Processes that are looked at. A node that runs pods has some thousands.
const PROCESSES_LIMIT: usize = 20_000;
/// The kernel's tables answer at once.
const BOUND: Duration = Duration::from_secs(2);
/// Daemons by the kernel's name of them, which has 15 characters at most. The C library asks nscd before anything else, so it comes first.
const DAEMONS: [(&str, &str); 3] = [("nscd", "nscd"), ("systemd-resolve", "systemd-resolved"), ("dnsmasq", "dnsmasq")];

/// Sources and daemons. A machine without the file, such as one with musl, has no sources to name.
pub(super) async fn name_service(clock: &Clock, request: &Request) -> Result<NameService, Why> {
    let hosts = match files::read(clock, &request.machine.nsswitch).await {
        Ok(text) => sources(&text),
        Err(why) if why.code == "NotFound" => Vec::new(),
        Err(why) => return Err(why),
    };
    let running = clock.within(BOUND, tokio::task::spawn_blocking(|| running(Path::new("/proc")))).await?;
    let running = running.map_err(|panic| Why::new(Why::MALFORMED, panic.to_string()))?;
    let daemons = DAEMONS.iter().filter(|(own, _)| running.contains(*own)).map(|(_, name)| (*name).to_owned());
    Ok(NameService { hosts, daemons: daemons.collect() })
}

/// The sources of the line `hosts:`, without the conditions in brackets.
fn sources(text: &str) -> Vec<String> {
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    let Some(line) = lines.filter_map(|line| line.strip_prefix("hosts:")).next() else { return Vec::new() };
    let mut bare = String::new();
    let mut depth = 0_usize;
    for letter in line.chars() {
        match letter {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if depth > 0 => continue,
            _ => bare.push(letter),
        }
        if depth == 0 && letter == ']' {
            bare.push(' ');
        }
    }
    bare.split_whitespace().take(SOURCES_LIMIT).map(str::to_owned).collect()
}

/// The names of the processes that can be seen. What can't be read is not there.
fn running(proc: &Path) -> BTreeSet<String> {
    let Ok(entries) = std::fs::read_dir(proc) else { return BTreeSet::new() };
    let ids = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.file_name().is_some_and(|name| name.as_encoded_bytes().iter().all(u8::is_ascii_digit)));
    let names = ids.take(PROCESSES_LIMIT).filter_map(|path| files::read_now(&path.join("comm")).ok());
    names.map(|name| String::from_utf8_lossy(&name).trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::sources;

    #[test]
    fn the_sources_of_host_names() {
        let text = "passwd: files\n# hosts: nis\nhosts:  files mymachines resolve [!UNAVAIL=return] dns # last\nnetworks: files\n";
        assert_eq!(sources(text), ["files", "mymachines", "resolve", "dns"]);
        assert!(sources("passwd: files\n").is_empty());
        assert_eq!(sources("hosts: mdns4_minimal[NOTFOUND=return]dns"), ["mdns4_minimal", "dns"]);
    }
}
