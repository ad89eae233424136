//! Every row of the catalogue of causes has its worlds: those where the cause is named first, with something to do about it, and those that look
//! like it and are fine.

use crate::recorded::{self, Case};
use pldoctor_checks::diagnosis::{Outcome, Verdict};

/// A cause that users meet.
struct Row {
    /// Its number in the catalogue.
    number: u8,
    /// What is so.
    cause: &'static str,
    /// Recorded cases, each with the check that has to be the first root cause there.
    faults: &'static [(&'static str, &'static str)],
    /// Recorded cases that only warn, each with the check that warns.
    warns: &'static [(&'static str, &'static str)],
    /// Recorded cases that look like it and are no problem.
    near_misses: &'static [&'static str],
}

const ROWS: &[Row] = &[
    Row {
        number: 1,
        cause: "private DNS is off",
        faults: &[
            ("endpoint-private-dns/off", "endpoint-private-dns"),
            ("endpoint-private-dns/off-only-settings", "endpoint-private-dns"),
            ("hosted-zone/parent-zone-private-dns-off", "endpoint-private-dns"),
        ],
        warns: &[],
        near_misses: &["endpoint-private-dns/own-zone", "endpoint-private-dns/no-private-name"],
    },
    Row {
        number: 2,
        cause: "the VPC's DNS attributes are off",
        faults: &[
            ("vpc-dns-support/off", "vpc-dns-support"),
            ("vpc-dns-hostnames/off", "vpc-dns-hostnames"),
            ("vpc-dns-hostnames/off-and-private-dns-off", "vpc-dns-hostnames"),
            ("subnet-room/hostnames-off", "vpc-dns-hostnames"),
        ],
        warns: &[("vpc-dns-hostnames/off-yet-resolves", "vpc-dns-hostnames")],
        near_misses: &["vpc-dns-support/off-yet-resolves"],
    },
    Row {
        number: 3,
        cause: "private DNS waits for the endpoint to be accepted",
        faults: &[("endpoint-state/pending-acceptance", "endpoint-state")],
        warns: &[],
        near_misses: &["endpoint-state/pending-yet-works", "target-name/dedicated"],
    },
    Row {
        number: 4,
        cause: "another endpoint or zone has the private name",
        faults: &[
            ("private-dns-conflict/second-endpoint", "private-dns-conflict"),
            ("private-dns-conflict/holder-is-dead", "private-dns-conflict"),
            ("private-dns-conflict/hosted-zone", "private-dns-conflict"),
            ("subnet-room/taken", "private-dns-conflict"),
        ],
        warns: &[("endpoint-exists/several", "endpoint-exists")],
        near_misses: &["endpoint-exists/other-service-beside", "private-dns-conflict/own-zone"],
    },
    Row {
        number: 5,
        cause: "a DNS server of one's own does not know the name",
        faults: &[
            ("vpc-dhcp-dns/custom-wrong", "vpc-dhcp-dns"),
            ("host-resolver-answer/resolv-conf", "host-resolver-answer"),
            ("host-resolver-answer/cached", "host-resolver-answer"),
        ],
        warns: &[("vpc-dhcp-dns/custom-unmeasured", "vpc-dhcp-dns")],
        near_misses: &["vpc-dhcp-dns/custom-right", "host-resolver-answer/custom-server-right"],
    },
    Row {
        number: 6,
        cause: "a zone, a rule, DNS Firewall or a Profile answers in the endpoint's place",
        faults: &[
            ("hosted-zone/no-record", "hosted-zone"),
            ("hosted-zone/stale-record", "hosted-zone"),
            ("hosted-zone/profile", "hosted-zone"),
            ("resolver-rule/forwards", "resolver-rule"),
            ("resolver-rule/profile", "resolver-rule"),
            ("resolver-rule/exception-missing", "resolver-rule"),
            ("dns-firewall/blocked", "dns-firewall"),
            ("dns-firewall/profile", "dns-firewall"),
        ],
        warns: &[("dns-firewall/alert", "dns-firewall")],
        near_misses: &[
            "hosted-zone/parent-zone",
            "resolver-rule/another-name",
            "resolver-rule/parent-domain",
            "resolver-rule/forwards-right",
            "dns-firewall/another-domain",
        ],
    },
    Row {
        number: 7,
        cause: "the name leads to the internet",
        faults: &[
            ("target-name/public", "target-name"),
            ("target-name/public-dedicated", "target-name"),
            ("host-resolver-answer/hosts-file", "host-resolver-answer"),
        ],
        warns: &[],
        near_misses: &["target-name/unfamiliar", "host-resolver-answer/hosts-file-right"],
    },
    Row {
        number: 8,
        cause: "the name leads to an address that is not the endpoint's",
        faults: &[
            ("vpc-resolver-answer/stale", "vpc-resolver-answer"),
            ("host-resolver-answer/stale", "host-resolver-answer"),
            ("hosted-zone/peered-stale", "hosted-zone"),
            ("private-dns-conflict/zone-with-stale-record", "private-dns-conflict"),
        ],
        warns: &[],
        near_misses: &["tcp/stale-address-too", "vpc-resolver-answer/one-zone-only"],
    },
    Row {
        number: 12,
        cause: "the endpoint is not accepted, rejected or failed",
        faults: &[
            ("endpoint-state/pending-acceptance-starter", "endpoint-state"),
            ("endpoint-state/rejected", "endpoint-state"),
            ("endpoint-state/failed", "endpoint-state"),
            ("endpoint-state/expired", "endpoint-state"),
            ("endpoint-state/pending", "endpoint-state"),
        ],
        warns: &[("endpoint-state/partial", "endpoint-state")],
        near_misses: &["endpoint-state/upper-case"],
    },
    Row {
        number: 13,
        cause: "nothing listens on the port",
        faults: &[
            ("target-port/mysql-default", "target-port"),
            ("target-port/pd", "target-port"),
            ("target-port/dedicated-default-answers", "target-port"),
        ],
        warns: &[("target-port/works-all-the-same", "target-port")],
        near_misses: &["target-port/chosen-dedicated"],
    },
    Row {
        number: 15,
        cause: "the service does not serve the subnet's zone",
        faults: &[
            ("endpoint-zones/one-unserved", "endpoint-zones"),
            ("endpoint-zones/not-the-published-zone", "endpoint-zones"),
            ("subnet-room/unserved", "subnet-room"),
            ("subnet-room/none", "subnet-room"),
        ],
        warns: &[],
        near_misses: &["subnet-room/full-beside", "endpoint-zones/names-only"],
    },
    Row {
        number: 16,
        cause: "AWS knows no such service here",
        faults: &[
            ("service/unseen", "service"),
            ("service/malformed", "service"),
            ("service/invalid-service-name", "service"),
            ("region/service-elsewhere", "region"),
            ("region/dedicated-elsewhere", "region"),
        ],
        warns: &[("service/gone-yet-used", "service")],
        near_misses: &["service/another-not-verified", "region/dedicated"],
    },
    Row {
        number: 17,
        cause: "the client is in another VPC or on-premises",
        faults: &[
            ("vantage/other-vpc", "vantage"),
            ("route/peered-no-route", "route"),
            ("route/peering-inactive", "route"),
            ("endpoint-security-group/stale-reference", "endpoint-security-group"),
        ],
        warns: &[("vantage/other-vpc-resolves", "vantage")],
        near_misses: &["route/peered", "hosted-zone/profile-endpoint"],
    },
    Row {
        number: 18,
        cause: "the connection is accepted and ends before the greeting",
        faults: &[
            ("greeting/closed-dedicated", "greeting"),
            ("greeting/reset-dedicated", "greeting"),
            ("greeting/silent", "greeting"),
            ("authorized-networks/cut-off", "authorized-networks"),
        ],
        warns: &[],
        near_misses: &["greeting/tiproxy"],
    },
    Row {
        number: 19,
        cause: "the cluster takes no more connections",
        faults: &[
            ("greeting/too-many-connections", "greeting"),
            ("greeting/connection-limit", "greeting"),
            ("login/connection-limit", "login"),
        ],
        warns: &[],
        near_misses: &["capacity/many-elsewhere"],
    },
    Row {
        number: 20,
        cause: "the server wants TLS and gets none",
        faults: &[
            ("login/insecure-transport-gateway", "login"),
            ("login/insecure-transport-server", "login"),
            ("tls/not-offered-but-demanded", "tls"),
            ("tls/not-offered-to-a-password", "tls"),
        ],
        warns: &[("tls/not-offered", "tls")],
        near_misses: &["login/without-tls"],
    },
    Row {
        number: 21,
        cause: "the certificate is refused",
        faults: &[
            ("tls/dedicated-no-ca", "tls"),
            ("tls/dedicated-no-ca-and-a-password", "tls"),
            ("tls/dedicated-other-clusters-ca", "tls"),
            ("tls/no-roots-at-all", "tls"),
            ("tls/intercepted", "tls"),
            ("tls/address-as-host", "tls"),
            ("tls/endpoint-name-as-host", "tls"),
            ("tls/wrong-name", "tls"),
            ("tls/one-wrong-name", "tls"),
            ("tls/expired", "tls"),
            ("tls/old-version", "tls"),
            ("tls/old-version-chosen", "tls"),
            ("clock/certificates", "clock"),
        ],
        warns: &[
            ("tls/no-system-roots", "tls"),
            ("tls/intercepted-with-its-root", "tls"),
            ("tls/strict", "tls"),
            ("tls/common-name-only", "tls"),
        ],
        near_misses: &["tls/dedicated-with-ca", "tls/trusted-differing"],
    },
    Row {
        number: 22,
        cause: "the user name lacks the instance's prefix",
        faults: &[
            ("user-name/refused", "user-name"),
            ("user-name/gateway-refuses", "user-name"),
            ("user-name/wrong-prefix", "user-name"),
            ("login/gateway-refuses", "login"),
        ],
        warns: &[("user-name/no-prefix", "user-name")],
        near_misses: &["user-name/accepted-without", "user-name/dedicated"],
    },
    Row {
        number: 23,
        cause: "the account is for another host than the load balancer",
        faults: &[("login/seen-as-load-balancer", "login"), ("login/host-not-allowed", "login")],
        warns: &[],
        near_misses: &["login/healthy"],
    },
    Row {
        number: 24,
        cause: "the usage quota is used up",
        faults: &[("login/usage-quota", "login")],
        warns: &[],
        near_misses: &["login/own-query"],
    },
    Row {
        number: 25,
        cause: "the cluster is paused, or its proxy reaches no node",
        faults: &[
            ("login/no-tidb-instances", "login"),
            ("login/tiproxy-cannot-connect", "login"),
            ("login/shutting-down", "login"),
            ("greeting/shutting-down", "greeting"),
        ],
        warns: &[],
        near_misses: &["greeting/tiproxy"],
    },
    Row {
        number: 26,
        cause: "idle connections are forgotten",
        faults: &[],
        warns: &[
            ("keep-alive/linux-default", "keep-alive"),
            ("keep-alive/linux-default-dedicated", "keep-alive"),
            ("keep-alive/just-too-late", "keep-alive"),
            ("keep-alive/short-tracking", "keep-alive"),
        ],
        near_misses: &["keep-alive/just-in-time", "keep-alive/long-tracking"],
    },
    Row {
        number: 27,
        cause: "large packets are dropped",
        faults: &[("tls/hangs-large", "tls"), ("tls/hangs", "tls"), ("tls/hangs-unmeasured", "tls")],
        warns: &[],
        near_misses: &["tls/no-credentials"],
    },
    Row {
        number: 28,
        cause: "the machine has no room for more connections",
        faults: &[
            ("capacity/ports-used-up", "capacity"),
            ("capacity/allowance-used-up", "capacity"),
            ("capacity/kernel-table-full", "capacity"),
        ],
        warns: &[
            ("capacity/ports-nearly", "capacity"),
            ("capacity/allowance-exceeded", "capacity"),
            ("capacity/kernel-table-nearly", "capacity"),
        ],
        near_misses: &["capacity/many-elsewhere", "capacity/kernel-table-roomy"],
    },
    Row {
        number: 29,
        cause: "Authorized Networks keep the endpoint out",
        faults: &[
            ("authorized-networks/cut-off", "authorized-networks"),
            ("greeting/reset-shared", "authorized-networks"),
            ("authorized-networks/cut-off-at-login", "authorized-networks"),
        ],
        warns: &[],
        near_misses: &["greeting/tidb-proxy"],
    },
    Row {
        number: 31,
        cause: "it is slow: another zone, a lost packet, a name server that is dead",
        faults: &[],
        warns: &[
            ("endpoint-zones/cross-zone", "endpoint-zones"),
            ("host-resolver-answer/one-server-dead", "host-resolver-answer"),
            ("tcp/slow", "tcp"),
            ("tcp/far", "tcp"),
        ],
        near_misses: &["endpoint-zones/not-published"],
    },
    Row {
        number: 32,
        cause: "the VPC has all the endpoints that it may have",
        faults: &[("endpoint-quota/full", "endpoint-quota"), ("endpoint-quota/full-quota-unread", "endpoint-quota")],
        warns: &[],
        near_misses: &["endpoint-quota/raised", "endpoint-quota/gateways", "endpoint-quota/quota-unread"],
    },
];

fn case(name: &str) -> Option<&'static Case> {
    recorded::all().iter().find(|case| case.name == name)
}

#[test]
fn every_row_of_the_catalogue_of_causes_has_its_worlds() {
    let mut wrong = Vec::new();
    for row in ROWS {
        let mut complain = |what: String| wrong.push(format!("row {} ({}): {what}", row.number, row.cause));
        for (name, check) in row.faults {
            let Some(case) = case(name) else {
                complain(format!("{name} is gone"));
                continue;
            };
            let first = case.diagnosis.root_causes.first().map_or("none", |cause| cause.check);
            if first != *check {
                complain(format!("{name}: {first} comes first, not {check}"));
            }
            if !case.diagnosis.plan.steps.iter().any(|step| step.asked_by == *check) {
                complain(format!("{name}: nothing is said of what to do"));
            }
        }
        for (name, check) in row.warns {
            let Some(case) = case(name) else {
                complain(format!("{name} is gone"));
                continue;
            };
            let outcome = case.diagnosis.finding(check).map(|finding| finding.outcome);
            if outcome != Some(Outcome::Warn) || case.diagnosis.verdict == Verdict::Problem {
                complain(format!("{name}: {check} is {outcome:?}, the verdict {:?}", case.diagnosis.verdict));
            }
        }
        for name in row.near_misses {
            match case(name) {
                None => complain(format!("{name} is gone")),
                Some(case) if case.diagnosis.verdict == Verdict::Problem => {
                    complain(format!("{name}: {:?} raises an alarm", case.diagnosis.root_causes));
                }
                Some(_) => {}
            }
        }
        if row.faults.len() + row.warns.len() == 0 || row.near_misses.is_empty() {
            complain("it lacks a world, or a near miss".to_owned());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
