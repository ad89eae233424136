//! Route tables.

use crate::check::Missing;
use crate::facts::aws::RouteTable;

/// A route table.
pub(super) struct Table<'a> {
    pub(super) table: &'a RouteTable,
}

impl<'a> Table<'a> {
    pub(super) fn new(table: &'a RouteTable) -> Self {
        Self { table }
    }
}

/// What a packet passes between the two subnets, as far as it matters to group identity.
#[derive(Clone, Debug)]
pub(super) enum Crossing<'a> {
    /// Nothing.
    Direct,
    /// A peering.
    Peering {
        id: &'a str,
        /// `None` where the Regions are not known.
        same_region: Option<bool>,
    },
    /// A transit gateway.
    TransitGateway {
        id: &'a str,
        /// Whether both attachments are set to carry group references.
        referencing: bool,
    },
    /// An appliance: the route's target.
    Appliance(&'a str),
    /// Not known, for want of this.
    Unknown(Option<Missing>),
}
