//! The hosts file's lines for a name.

use super::files;
use super::run::Clock;
use pldoctor_checks::facts::{HostsLine, Why};
use std::net::IpAddr;
use std::path::Path;

/// Lines that are kept.
const LINES_LIMIT: usize = 64;

/// The lines of the file that name the host, in the file's order.
pub(super) async fn lines(clock: &Clock, path: &Path, host: &str) -> Result<Vec<HostsLine>, Why> {
    Ok(parse(&files::read(clock, path).await?, &path.display().to_string(), host))
}

fn parse(text: &str, file: &str, host: &str) -> Vec<HostsLine> {
    let host = host.trim_end_matches('.');
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let mut words = line.split('#').next().unwrap_or_default().split_whitespace();
        // An IPv6 address may have a scope, which is none of the name's business.
        let address = words.next().and_then(|word| word.split('%').next()).and_then(|word| word.parse::<IpAddr>().ok());
        let named = words.any(|word| word.trim_end_matches('.').eq_ignore_ascii_case(host));
        if let (Some(address), true) = (address, named) {
            found.push(HostsLine { line: index + 1, address, file: file.to_owned() });
        }
    }
    found.truncate(LINES_LIMIT);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_name_the_host() {
        let text = "127.0.0.1 localhost\n# 10.0.0.1 db.test\n10.0.0.2\tother DB.test. # old\nnonsense db.test\n\
                    fe80::1%eth0 db.test\n10.0.0.3 db.test.example\n";
        let found: Vec<_> = parse(text, "hosts", "db.test").iter().map(|line| (line.line, line.address)).collect();
        assert_eq!(found, [(3, [10, 0, 0, 2].into()), (5, "fe80::1".parse().expect("an address"))]);
    }
}
