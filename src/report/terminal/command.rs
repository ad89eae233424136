//! Commands, quoted for a shell and broken so that they can be read and copied.

use crate::report::{runner, text};
use unicode_width::UnicodeWidthStr as _;

/// How far the lines after the first are set in.
const INDENT: usize = 4;

/// The command in lines of at most `width` columns where its arguments allow it, joined by backslashes.
///
/// `None` where an argument has characters that a terminal or a reader could take for something else: such a command is not to be copied.
pub(in crate::report) fn lines(argv: &[String], width: usize) -> Option<Vec<String>> {
    let quoted: Vec<String> = argv.iter().map(|word| quote(word)).collect::<Option<_>>()?;
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for unit in units(&quoted, width - INDENT) {
        // Two columns are for the backslash.
        if !line.is_empty() && line.width() + 1 + unit.width() + 2 > width {
            lines.push(format!("{line} \\"));
            line = " ".repeat(INDENT);
            line.push_str(&unit);
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&unit);
        }
    }
    lines.push(line);
    Some(lines)
}

/// One word for a POSIX shell. `None` where it is not what it looks like.
fn quote(word: &str) -> Option<String> {
    if !text::is_plain(word) {
        return None;
    }
    // A shell joins what stands side by side; the runner of a CI job doesn't.
    let pieces: Vec<_> = runner::pieces(word).into_iter().map(shlex::try_quote).collect::<Result<_, _>>().ok()?;
    let quoted = pieces.concat();
    Some(if runner::is_plain(&quoted) { quoted } else { format!("''{quoted}") })
}

/// What stays together on a line: the command's name, and each option with its values where that fits.
fn units(quoted: &[String], width: usize) -> Vec<String> {
    let mut units: Vec<String> = Vec::new();
    for word in quoted {
        match units.last_mut() {
            Some(unit) if !word.starts_with("--") && unit.width() + 1 + word.width() + 2 <= width => {
                unit.push(' ');
                unit.push_str(word);
            }
            _ => units.push(word.clone()),
        }
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    fn argv(words: &str) -> Vec<String> {
        words.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn a_short_command_is_one_line() {
        let command = argv("aws ec2 describe-vpcs --region us-east-1");
        assert_eq!(lines(&command, 76), Some(vec!["aws ec2 describe-vpcs --region us-east-1".to_owned()]));
    }

    #[test]
    fn a_long_command_keeps_options_with_their_values_and_reads_back_the_same() {
        let mut command =
            argv("aws ec2 authorize-security-group-ingress --group-id sg-0123456789abcdef0 --ip-permissions");
        command.push(
            "IpProtocol=tcp,FromPort=4000,ToPort=4000,UserIdGroupPairs=[{GroupId=sg-0fedcba9876543210}]".to_owned(),
        );
        command.extend(argv("--region us-east-1"));
        let lines = lines(&command, 76).expect("a plain command");
        assert_eq!(lines[0], "aws ec2 authorize-security-group-ingress --group-id sg-0123456789abcdef0 \\");
        assert_eq!(lines[1], "    --ip-permissions \\");
        assert!(lines[2].starts_with("    '") || lines[2].starts_with("    \""), "{}", lines[2]);
        let back = shlex::split(&lines.join("\n").replace("\\\n", "")).expect("it parses");
        assert_eq!(back, command);
    }

    #[test]
    fn quotes_survive() {
        let command = vec!["echo".to_owned(), "it's $HOME `x` \"y\"".to_owned(), String::new()];
        let line = lines(&command, 76).expect("a plain command").concat();
        assert_eq!(shlex::split(&line).expect("it parses"), command);
    }

    #[test]
    fn no_argument_is_a_command_to_the_runner_of_a_job_and_every_one_reads_back_the_same() {
        for word in ["::error::x", "::add-mask::x y", "a##[group]b", "it's ##vso[x]##[y] \"z\"", "###[x]"] {
            let command = ["aws".to_owned(), "--group-id".to_owned(), word.to_owned()];
            let lines = lines(&command, 12).expect("a plain command");
            assert!(lines.iter().all(|line| runner::is_plain(line)), "{lines:?}");
            assert_eq!(shlex::split(&lines.join("\n").replace("\\\n", "")).expect("it parses"), command);
        }
    }

    #[test]
    fn a_deceptive_argument_keeps_the_command_from_being_printed() {
        assert_eq!(lines(&["aws".to_owned(), "sg-1\u{202e}".to_owned()], 76), None);
        assert_eq!(lines(&["aws".to_owned(), "sg-1\nrm -rf ~".to_owned()], 76), None);
    }
}
