//! Route 53 Profiles: what they bring into a VPC besides what is associated with it directly.

use super::shapes::{lists, shapes};

lists! {
    /// `aws route53profiles list-profile-associations`: the list.
    ProfileAssociations {
        /// One element an association.
        profile_associations: Vec<ProfileAssociation>,
    }
    /// `aws route53profiles list-profile-resource-associations`: what one Profile carries.
    ProfileResourceAssociations {
        /// One element a resource.
        profile_resource_associations: Vec<ProfileResourceAssociation>,
    }
}

shapes! {
    /// The tie between a Profile and a VPC.
    ProfileAssociation {
        /// `rpassoc-…`
        id: String,
        /// `rp-…`
        profile_id: String,
        /// The VPC: its id, or its ARN.
        resource_id: String,
        /// The owning account.
        owner_id: String,
        /// Lower ones are asked first; absent means 100.
        #[serde(skip_serializing_if = "Option::is_none")]
        priority: Option<i32>,
        /// `COMPLETE` …
        status: String,
    }
    /// One resource that a Profile carries.
    ProfileResourceAssociation {
        /// `rpr-…`
        id: String,
        /// `rp-…`
        profile_id: String,
        /// The hosted zone, Resolver rule, firewall rule group or endpoint.
        resource_arn: String,
        /// `{"priority":102}` of a firewall rule group.
        #[serde(skip_serializing_if = "Option::is_none")]
        resource_properties: Option<String>,
        /// The owning account.
        owner_id: String,
        /// `COMPLETE` …
        status: String,
    }
}
