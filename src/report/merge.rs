//! Many JSON reports in one table: where from, the verdict, the first cause. What is read was written elsewhere: every text is cut and cleaned.

use super::Words;
use super::terminal::{Options, Table};
use super::text::{LONGEST_VALUE, clean};
use super::view::verdict_key;
use pldoctor_checks::diagnosis::Verdict;
use serde::{Deserialize, Serialize};
use std::io;

/// Causes of one report that are kept.
const MOST_CAUSES: usize = 16;

/// What every version of a report says.
#[derive(Deserialize)]
struct Head {
    schema: String,
}

/// What is read of a report, version 1.
#[derive(Deserialize)]
struct Document {
    started_at: String,
    target: Target,
    vantage: Vantage,
    verdict: Verdict,
    root_causes: Vec<Cause>,
}

#[derive(Deserialize)]
struct Target {
    host: Option<String>,
    endpoint_id: Option<String>,
    service_name: Option<String>,
    port: u16,
}

#[derive(Deserialize)]
struct Vantage {
    instance_id: Option<String>,
    eni: Option<String>,
    ip: Option<String>,
    vpc_id: Option<String>,
}

/// A root cause, as its report has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    check: String,
    owner: String,
    summary: String,
}

/// What is kept of one report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    file: String,
    instance_id: Option<String>,
    eni: Option<String>,
    ip: Option<String>,
    vpc_id: Option<String>,
    target: String,
    started_at: String,
    /// In one word.
    pub verdict: Verdict,
    root_causes: Vec<Cause>,
}

/// A file that is no report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unread {
    file: String,
    why: String,
}

impl Unread {
    /// Why a file was not read.
    pub fn new(file: &str, why: &str) -> Self {
        Self { file: clean(file, LONGEST_VALUE), why: clean(why, LONGEST_VALUE) }
    }
}

/// Many reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Merged {
    schema: &'static str,
    problem: usize,
    incomplete: usize,
    healthy: usize,
    /// One a report, problems first.
    pub reports: Vec<Row>,
    /// Files that are none.
    pub unread: Vec<Unread>,
}

impl Row {
    /// Reads a report.
    ///
    /// # Errors
    /// What keeps it from being one.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, Unread> {
        let unread = |error: serde_json::Error| Unread::new(file, &error.to_string());
        // A later version may have nothing else of this one's.
        let Head { schema } = serde_json::from_slice(bytes).map_err(unread)?;
        if schema != "pldoctor/report/v1" {
            return Err(Unread::new(file, &format!("its schema is {schema}, not pldoctor/report/v1")));
        }
        let document: Document = serde_json::from_slice(bytes).map_err(unread)?;
        let text = |text: String| clean(&text, LONGEST_VALUE);
        let Document { target, vantage, .. } = document;
        let name = target.host.or(target.endpoint_id).or(target.service_name).unwrap_or_default();
        let causes = document.root_causes.into_iter().take(MOST_CAUSES).map(|cause| Cause {
            check: text(cause.check),
            owner: text(cause.owner),
            summary: text(cause.summary),
        });
        Ok(Self {
            file: clean(file, LONGEST_VALUE),
            instance_id: vantage.instance_id.map(text),
            eni: vantage.eni.map(text),
            ip: vantage.ip.map(text),
            vpc_id: vantage.vpc_id.map(text),
            target: text(format!("{name}:{}", target.port)),
            started_at: text(document.started_at),
            verdict: document.verdict,
            root_causes: causes.collect(),
        })
    }

    /// Where the traffic started, as short as it is known; the file where nothing tells.
    fn place(&self) -> String {
        let id = self.instance_id.as_ref().or(self.eni.as_ref());
        let parts: Vec<&str> = [id, self.ip.as_ref()].into_iter().flatten().map(String::as_str).collect();
        if parts.is_empty() { self.file.clone() } else { parts.join(" ") }
    }

    /// The first cause in full, the others by their checks.
    fn causes(&self) -> String {
        let Some((first, others)) = self.root_causes.split_first() else { return String::new() };
        let others: String = others.iter().map(|cause| format!(" + {}", cause.check)).collect();
        format!("{}{others}: {}", first.check, first.summary)
    }
}

impl Merged {
    /// Puts problems first, then what is incomplete, each by place.
    pub fn new(mut reports: Vec<Row>, unread: Vec<Unread>) -> Self {
        let rank = |verdict: Verdict| match verdict {
            Verdict::Problem => 0,
            Verdict::Incomplete => 1,
            Verdict::Healthy => 2,
        };
        reports.sort_by_key(|row| (rank(row.verdict), row.place(), row.file.clone()));
        let count = |verdict| reports.iter().filter(|row| row.verdict == verdict).count();
        Self {
            schema: "pldoctor/merged/v1",
            problem: count(Verdict::Problem),
            incomplete: count(Verdict::Incomplete),
            healthy: count(Verdict::Healthy),
            reports,
            unread,
        }
    }

    /// Prints the table.
    ///
    /// # Errors
    /// The writer's.
    pub fn terminal(&self, out: &mut dyn io::Write, options: Options) -> io::Result<()> {
        let words = Words::new(options.lang);
        let [problem, incomplete, healthy] = [self.problem, self.incomplete, self.healthy].map(|n| n.to_string());
        let values = [("problem", problem.as_str()), ("incomplete", &incomplete), ("healthy", &healthy)];
        let mut table = Table::new(options, &words.say("merged", &values));
        let places: Vec<String> = self.reports.iter().map(Row::place).collect();
        for (row, place) in self.reports.iter().zip(&places) {
            let causes = row.causes();
            table.row(
                place,
                row.verdict,
                words.text(verdict_key(row.verdict)),
                if causes.is_empty() { &row.target } else { &causes },
            );
        }
        for unread in &self.unread {
            table.remark(&words.say("merged-unread", &[("file", &unread.file), ("why", &unread.why)]));
        }
        table.write(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_report_is_told() {
        for (text, why) in [
            ("", "EOF while parsing"),
            ("[]", "invalid length 0"),
            ("{\"schema\":\"pldoctor/report/v1\"}", "started_at"),
            ("{\"schema\":\"pldoctor/report/v2\"}", "its schema is pldoctor/report/v2"),
            ("{}", "schema"),
            (&format!("{{\"x\":{}", "[".repeat(100_000)), "EOF while parsing"),
            (
                "{\"schema\":\"pldoctor/report/v9\",\"started_at\":\"\",\"target\":{\"port\":1},\"vantage\":{},\
                 \"verdict\":\"healthy\",\"root_causes\":[]}",
                "pldoctor/report/v9",
            ),
        ] {
            let unread = Row::parse("f", text.as_bytes()).expect_err("no report");
            assert!(unread.why.contains(why), "{}", unread.why);
        }
    }
}
