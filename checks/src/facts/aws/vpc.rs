//! Who asks, and the VPC: its blocks, subnets, zones and DHCP options.

use super::shapes::{lists, shapes};

lists! {
    /// `aws ec2 describe-vpcs`: the list.
    Vpcs {
        /// One element a VPC.
        vpcs: Vec<Vpc>,
    }
    /// `aws ec2 describe-subnets`: the list.
    Subnets {
        /// One element a subnet.
        subnets: Vec<Subnet>,
    }
    /// `aws ec2 describe-dhcp-options`: the list.
    DhcpOptionsSets {
        /// One element a set.
        dhcp_options: Vec<DhcpOptions>,
    }
    /// `aws ec2 describe-availability-zones`: the list.
    AvailabilityZones {
        /// One element a zone.
        availability_zones: Vec<AvailabilityZone>,
    }
}

shapes! {
    /// `aws sts get-caller-identity`: who is asking.
    CallerIdentity {
        /// Twelve digits.
        account: String,
        /// The ARN of the user or of the role's session.
        arn: String,
        /// The unique id of the principal.
        user_id: String,
    }
    /// A key and a value that the account's people gave to a resource.
    Tag {
        /// The key; `Name` is what consoles show.
        key: String,
        /// The value.
        value: String,
    }
    /// One VPC.
    Vpc {
        /// `vpc-…`
        vpc_id: String,
        /// The first IPv4 block.
        cidr_block: String,
        /// All IPv4 blocks, the first one included.
        cidr_block_association_set: Vec<CidrAssociation>,
        /// All IPv6 blocks.
        ipv6_cidr_block_association_set: Vec<Ipv6CidrAssociation>,
        /// `dopt-…`
        dhcp_options_id: String,
        /// Whether it is the Region's default VPC.
        is_default: bool,
        /// The owning account.
        owner_id: String,
        /// Its tags.
        tags: Vec<Tag>,
    }
    /// An IPv4 block of a VPC.
    CidrAssociation {
        /// The block.
        cidr_block: String,
        /// Whether it is in use.
        cidr_block_state: CidrState,
    }
    /// An IPv6 block of a VPC or a subnet.
    Ipv6CidrAssociation {
        /// The block.
        ipv6_cidr_block: String,
        /// Whether it is in use (in VPCs and subnets alike).
        ipv6_cidr_block_state: CidrState,
    }
    /// The state of a block.
    CidrState {
        /// `associated`, or on the way to or from it.
        state: String,
    }
    /// `aws ec2 describe-vpc-attribute`: one of the two DNS attributes.
    VpcAttribute {
        /// `vpc-…`
        vpc_id: String,
        /// Present when `enableDnsSupport` was asked.
        #[serde(skip_serializing_if = "Option::is_none")]
        enable_dns_support: Option<AttributeValue>,
        /// Present when `enableDnsHostnames` was asked.
        #[serde(skip_serializing_if = "Option::is_none")]
        enable_dns_hostnames: Option<AttributeValue>,
    }
    /// A boolean in its wrapping.
    AttributeValue {
        /// The boolean.
        value: bool,
    }
    /// One subnet.
    Subnet {
        /// `subnet-…`
        subnet_id: String,
        /// `vpc-…`
        vpc_id: String,
        /// Its IPv4 block; absent in an IPv6-only subnet.
        cidr_block: String,
        /// The zone's name in this account.
        availability_zone: String,
        /// The zone's id, the same in every account.
        availability_zone_id: String,
        /// Free IPv4 addresses.
        available_ip_address_count: i32,
        /// Its IPv6 blocks.
        ipv6_cidr_block_association_set: Vec<Ipv6CidrAssociation>,
        /// The owning account.
        owner_id: String,
        /// Its tags.
        tags: Vec<Tag>,
    }
    /// One DHCP options set.
    DhcpOptions {
        /// `dopt-…`
        dhcp_options_id: String,
        /// What it hands out.
        dhcp_configurations: Vec<DhcpConfiguration>,
    }
    /// One option.
    DhcpConfiguration {
        /// `domain-name-servers` …
        key: String,
        /// `AmazonProvidedDNS`, or addresses.
        values: Vec<DhcpValue>,
    }
    /// One value of an option.
    DhcpValue {
        /// The value.
        value: String,
    }
    /// One zone.
    AvailabilityZone {
        /// Its name in this account.
        zone_name: String,
        /// Its id, the same in every account.
        zone_id: String,
        /// Its Region.
        region_name: String,
    }
}
