//! Limits of the account.

use super::shapes::shapes;

shapes! {
    /// `aws service-quotas get-service-quota`: one limit.
    ServiceQuota {
        /// The limit.
        quota: Quota,
    }
    /// A limit.
    Quota {
        /// `L-…`
        quota_code: String,
        /// How many.
        value: f64,
    }
}

/// Interface and Gateway Load Balancer endpoints a VPC (service `vpc`).
pub const ENDPOINTS_PER_VPC: &str = "L-29B6F2EB";
