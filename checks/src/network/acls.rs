//! Network ACLs.

use crate::facts::aws::NetworkAcl;

/// A network ACL.
pub(super) struct Acl<'a> {
    pub(super) acl: &'a NetworkAcl,
}

impl<'a> Acl<'a> {
    pub(super) fn new(acl: &'a NetworkAcl) -> Self {
        Self { acl }
    }
}
