//! Asking AWS for room for more endpoints.

use super::{Act, command::aws};
use crate::check::Owner;
use crate::facts::{Facts, Observed, aws as shapes};
use std::collections::BTreeMap;

/// Asks AWS to allow more endpoints in a VPC.
#[derive(Clone, Debug, PartialEq)]
pub struct RaiseEndpointQuota {
    /// How many.
    pub to: usize,
}

fn quotas(command: &str, more: &[&str]) -> Vec<String> {
    let quota = [command, "--service-code", "vpc", "--quota-code", shapes::ENDPOINTS_PER_VPC];
    aws("service-quotas", quota.iter().chain(more).copied())
}

impl Act for RaiseEndpointQuota {
    fn key(&self) -> &'static str {
        "raise-endpoint-quota"
    }

    fn values(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::from([("to", self.to.to_string())])
    }

    fn owner(&self) -> Owner {
        Owner::Vpc
    }

    fn argv(&self) -> Vec<String> {
        quotas("request-service-quota-increase", &["--desired-value", &self.to.to_string()])
    }

    fn terraform(&self) -> String {
        format!(
            "resource \"aws_servicequotas_service_quota\" \"endpoints_per_vpc\" {{\n  service_code = \"vpc\"\n  quota_code   = \"{}\"\n  value        = {}\n}}\n",
            shapes::ENDPOINTS_PER_VPC,
            self.to
        )
    }

    fn undo(&self) -> Vec<String> {
        // A quota that was raised stays so.
        Vec::new()
    }

    fn verify(&self) -> Vec<String> {
        quotas("get-service-quota", &["--query", "Quota.Value"])
    }

    fn iam(&self) -> &'static [&'static str] {
        &["servicequotas:RequestServiceQuotaIncrease"]
    }

    fn apply(&self, facts: &mut Facts) {
        let quota = shapes::Quota { quota_code: shapes::ENDPOINTS_PER_VPC.to_owned(), value: self.to as f64 };
        facts.aws.endpoint_quota = Observed::Known(shapes::ServiceQuota { quota });
    }
}
