//! Small worlds for the tests: one VPC whose client reaches its endpoint, to be broken one setting at a time.

use crate::random::Twist;
use pldoctor_checks::facts::{Facts, Observed, aws};
use pldoctor_checks::network::{Goal, Hop, HopName, HopVerdict, Network, Path, PathQuestion, Reach, Start, Verdict};
use serde_json::{Value, json};
use std::fmt;

/// A world, and the question that its tests ask.
#[derive(Clone)]
pub(crate) struct World {
    /// How a random world came about.
    pub(crate) twists: Vec<Twist>,
    pub(crate) facts: Facts,
    pub(crate) question: PathQuestion,
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").field("twists", &self.twists).field("question", &self.question).finish_non_exhaustive()
    }
}

/// Reads AWS's JSON shape.
pub(crate) fn read<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("the shape of the AWS CLI")
}

fn known<T>(slot: &mut Observed<T>) -> &mut T {
    slot.known_mut().expect("a known fact")
}

impl World {
    /// `vpc-1` 10.0.0.0/16: `eni-c` 10.0.1.25 of `i-c` in `subnet-a` (use1-az1) carries `sg-c`, and `vpce-1` has `eni-e` 10.0.2.20 in
    /// `subnet-b` (use1-az2) with `sg-e`, which lets `sg-c` in on 4000. Everything else is as AWS makes it.
    pub(crate) fn new() -> Self {
        let mut facts = Facts::default();
        let aws = &mut facts.aws;
        aws.vpcs = Observed::Known(read(json!({ "Vpcs": [] })));
        aws.subnets = Observed::Known(read(json!({ "Subnets": [] })));
        aws.vpc_endpoints = Observed::Known(read(json!({ "VpcEndpoints": [] })));
        aws.network_interfaces = Observed::Known(read(json!({ "NetworkInterfaces": [] })));
        aws.security_groups = Observed::Known(read(json!({ "SecurityGroups": [] })));
        aws.network_acls = Observed::Known(read(json!({ "NetworkAcls": [] })));
        aws.route_tables = Observed::Known(read(json!({ "RouteTables": [] })));
        aws.vpc_peering_connections = Observed::Known(read(json!({ "VpcPeeringConnections": [] })));
        aws.transit_gateway_vpc_attachments = Observed::Known(read(json!({ "TransitGatewayVpcAttachments": [] })));
        aws.availability_zones = Observed::Known(read(json!({ "AvailabilityZones": [] })));
        aws.instances = Observed::Known(read(json!({ "Reservations": [] })));
        let question = PathQuestion::new(Start::Interface("eni-c".into()), Goal::Endpoint("vpce-1".into()), 4000);
        Self { twists: Vec::new(), facts, question }
            .vpc("vpc-1", "10.0.0.0/16")
            .subnet("subnet-a", "vpc-1", "10.0.1.0/24", "use1-az1")
            .subnet("subnet-b", "vpc-1", "10.0.2.0/24", "use1-az2")
            .group("sg-c", "vpc-1", json!([]), open())
            .group("sg-e", "vpc-1", json!([tcp(4000, 4000, from_group("sg-c"))]), open())
            .instance("i-c", "running")
            .interface("eni-c", "subnet-a", "10.0.1.25", &["sg-c"])
            .attach("eni-c", "i-c", 0)
            .interface("eni-e", "subnet-b", "10.0.2.20", &["sg-e"])
            .endpoint("vpce-1", "vpc-1", &["eni-e"])
    }

    /// A VPC, with the default network ACL and main route table that AWS makes for it.
    pub(crate) fn vpc(mut self, id: &str, cidr: &str) -> Self {
        known(&mut self.facts.aws.vpcs).vpcs.push(read(json!({
            "VpcId": id, "CidrBlock": cidr,
            "CidrBlockAssociationSet": [{ "CidrBlock": cidr, "CidrBlockState": { "State": "associated" } }],
        })));
        let acl = id.replace("vpc", "acl");
        let table = id.replace("vpc", "rtb");
        self = self.acl(
            &acl,
            id,
            true,
            &[],
            vec![
                entry(100, false, "allow", "-1", "0.0.0.0/0", None),
                entry(100, true, "allow", "-1", "0.0.0.0/0", None),
                entry(32767, false, "deny", "-1", "0.0.0.0/0", None),
                entry(32767, true, "deny", "-1", "0.0.0.0/0", None),
            ],
        );
        self.table(&table, id, true, &[], json!([local(cidr)]))
    }

    pub(crate) fn subnet(mut self, id: &str, vpc: &str, cidr: &str, az_id: &str) -> Self {
        known(&mut self.facts.aws.subnets).subnets.push(read(json!({
            "SubnetId": id, "VpcId": vpc, "CidrBlock": cidr, "AvailabilityZoneId": az_id,
        })));
        self
    }

    pub(crate) fn acl(mut self, id: &str, vpc: &str, default: bool, subnets: &[&str], entries: Vec<Value>) -> Self {
        let ties: Vec<_> = subnets.iter().map(|subnet| json!({ "SubnetId": subnet, "NetworkAclId": id })).collect();
        known(&mut self.facts.aws.network_acls).network_acls.push(read(json!({
            "NetworkAclId": id, "VpcId": vpc, "IsDefault": default, "Associations": ties, "Entries": entries,
        })));
        self
    }

    pub(crate) fn table(mut self, id: &str, vpc: &str, main: bool, subnets: &[&str], routes: Value) -> Self {
        let mut ties: Vec<_> = subnets.iter().map(|subnet| json!({ "Main": false, "SubnetId": subnet })).collect();
        if main {
            ties.push(json!({ "Main": true }));
        }
        known(&mut self.facts.aws.route_tables).route_tables.push(read(json!({
            "RouteTableId": id, "VpcId": vpc, "Associations": ties, "Routes": routes,
        })));
        self
    }

    /// Adds a route to a table that is there.
    pub(crate) fn route(mut self, table: &str, route: Value) -> Self {
        let tables = &mut known(&mut self.facts.aws.route_tables).route_tables;
        let found = tables.iter_mut().find(|other| other.route_table_id == table).expect("the table");
        found.routes.push(read(route));
        self
    }

    pub(crate) fn group(mut self, id: &str, vpc: &str, ingress: Value, egress: Value) -> Self {
        let groups = &mut known(&mut self.facts.aws.security_groups).security_groups;
        groups.retain(|group| group.group_id != id);
        groups.push(read(json!({
            "GroupId": id, "GroupName": id, "VpcId": vpc, "IpPermissions": ingress, "IpPermissionsEgress": egress,
        })));
        self
    }

    /// Replaces the inbound rules of a group.
    pub(crate) fn ingress(mut self, id: &str, rules: Value) -> Self {
        self.find_group(id).ip_permissions = read(rules);
        self
    }

    /// Replaces the outbound rules of a group.
    pub(crate) fn egress(mut self, id: &str, rules: Value) -> Self {
        self.find_group(id).ip_permissions_egress = read(rules);
        self
    }

    pub(crate) fn find_group(&mut self, id: &str) -> &mut aws::SecurityGroup {
        let groups = &mut known(&mut self.facts.aws.security_groups).security_groups;
        groups.iter_mut().find(|group| group.group_id == id).expect("the group")
    }

    pub(crate) fn interface(mut self, id: &str, subnet: &str, address: &str, groups: &[&str]) -> Self {
        let subnets = &self.facts.aws.subnets.known().expect("subnets").subnets;
        let home = subnets.iter().find(|other| other.subnet_id == subnet).expect("the subnet");
        let groups: Vec<_> = groups.iter().map(|id| json!({ "GroupId": id, "GroupName": id })).collect();
        let interface = read(json!({
            "NetworkInterfaceId": id, "SubnetId": subnet, "VpcId": home.vpc_id, "PrivateIpAddress": address,
            "PrivateIpAddresses": [{ "PrivateIpAddress": address, "Primary": true }],
            "InterfaceType": "interface", "Groups": groups, "Status": "in-use",
        }));
        known(&mut self.facts.aws.network_interfaces).network_interfaces.push(interface);
        self
    }

    pub(crate) fn find_interface(&mut self, id: &str) -> &mut aws::NetworkInterface {
        let all = &mut known(&mut self.facts.aws.network_interfaces).network_interfaces;
        all.iter_mut().find(|interface| interface.network_interface_id == id).expect("the interface")
    }

    pub(crate) fn attach(mut self, interface: &str, instance: &str, index: i32) -> Self {
        self.find_interface(interface).attachment =
            Some(read(json!({ "InstanceId": instance, "DeviceIndex": index, "Status": "attached" })));
        self
    }

    pub(crate) fn instance(mut self, id: &str, state: &str) -> Self {
        let all = &mut known(&mut self.facts.aws.instances).reservations;
        all.retain(|reservation| reservation.instances[0].instance_id != id);
        all.push(read(json!({ "Instances": [{ "InstanceId": id, "State": { "Name": state } }] })));
        self
    }

    pub(crate) fn endpoint(mut self, id: &str, vpc: &str, interfaces: &[&str]) -> Self {
        for interface in interfaces {
            self.find_interface(interface).interface_type = "vpc_endpoint".into();
        }
        known(&mut self.facts.aws.vpc_endpoints).vpc_endpoints.push(read(json!({
            "VpcEndpointId": id, "VpcEndpointType": "Interface", "VpcId": vpc, "State": "available",
            "NetworkInterfaceIds": interfaces,
        })));
        self
    }

    pub(crate) fn find_endpoint(&mut self, id: &str) -> &mut aws::VpcEndpoint {
        let all = &mut known(&mut self.facts.aws.vpc_endpoints).vpc_endpoints;
        all.iter_mut().find(|endpoint| endpoint.vpc_endpoint_id == id).expect("the endpoint")
    }

    /// A peering between two VPCs, given as id, block and Region.
    pub(crate) fn peering(mut self, id: &str, status: &str, sides: [(&str, &str, &str); 2]) -> Self {
        let side = |(vpc, cidr, region): (&str, &str, &str)| json!({ "VpcId": vpc, "CidrBlock": cidr, "CidrBlockSet": [{ "CidrBlock": cidr }], "Region": region });
        known(&mut self.facts.aws.vpc_peering_connections).vpc_peering_connections.push(read(json!({
            "VpcPeeringConnectionId": id, "Status": { "Code": status },
            "RequesterVpcInfo": side(sides[0]), "AccepterVpcInfo": side(sides[1]),
        })));
        self
    }

    pub(crate) fn attachment(mut self, id: &str, gateway: &str, vpc: &str, subnets: &[&str], state: &str) -> Self {
        let all = &mut known(&mut self.facts.aws.transit_gateway_vpc_attachments).transit_gateway_vpc_attachments;
        all.push(read(json!({
            "TransitGatewayAttachmentId": id, "TransitGatewayId": gateway, "VpcId": vpc, "State": state,
            "SubnetIds": subnets, "Options": { "SecurityGroupReferencingSupport": "enable" },
        })));
        self
    }

    pub(crate) fn list(mut self, id: &str, entries: &[&str]) -> Self {
        let entries: Vec<_> = entries.iter().map(|cidr| json!({ "Cidr": cidr })).collect();
        self.facts.aws.prefix_list_entries.insert(id.into(), Observed::Known(read(json!({ "Entries": entries }))));
        self
    }

    pub(crate) fn from(mut self, from: Start) -> Self {
        self.question.from = from;
        self
    }

    pub(crate) fn to(mut self, to: Goal) -> Self {
        self.question.to = to;
        self
    }

    /// Changes the facts in place.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Facts)) -> Self {
        change(&mut self.facts);
        self
    }

    pub(crate) fn reach(&self) -> Reach {
        Network::new(&self.facts).paths(&self.question)
    }

    pub(crate) fn path(&self) -> Path {
        let mut paths = self.reach().paths;
        assert_eq!(paths.len(), 1, "one path");
        paths.remove(0)
    }

    pub(crate) fn hop(&self, name: HopName) -> Hop {
        let path = self.path();
        path.hop(name).unwrap_or_else(|| panic!("{} in {path:#?}", name.name())).clone()
    }

    #[track_caller]
    pub(crate) fn is(&self, verdict: Verdict) -> &Self {
        let reach = self.reach();
        assert_eq!(reach.verdict, verdict, "{reach:#?}");
        self
    }

    /// Blocked, by these hops and no other.
    #[track_caller]
    pub(crate) fn is_blocked_by(&self, hops: &[HopName]) -> &Self {
        self.is(Verdict::Blocked);
        assert_eq!(self.reach().blockers(), hops);
        self
    }

    /// Unknown, because of these hops and no other.
    #[track_caller]
    pub(crate) fn is_unknown_at(&self, hops: &[HopName]) -> &Self {
        self.is(Verdict::Unknown);
        let path = self.path();
        let unknown = path.hops.iter().filter(|hop| hop.verdict == HopVerdict::Unknown);
        assert_eq!(unknown.map(|hop| hop.hop).collect::<Vec<_>>(), hops, "{path:#?}");
        self
    }
}

/// What a group that AWS makes lets out.
pub(crate) fn open() -> Value {
    json!([{ "IpProtocol": "-1", "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] }])
}

/// A rule for TCP: `peer` is an object with one of the peer lists.
pub(crate) fn tcp(from: i32, to: i32, peer: Value) -> Value {
    rule("tcp", from, to, peer)
}

pub(crate) fn rule(protocol: &str, from: i32, to: i32, mut peer: Value) -> Value {
    peer["IpProtocol"] = json!(protocol);
    peer["FromPort"] = json!(from);
    peer["ToPort"] = json!(to);
    peer
}

pub(crate) fn from_group(id: &str) -> Value {
    json!({ "UserIdGroupPairs": [{ "GroupId": id }] })
}

pub(crate) fn from_cidr(cidr: &str) -> Value {
    if cidr.contains(':') {
        json!({ "Ipv6Ranges": [{ "CidrIpv6": cidr }] })
    } else {
        json!({ "IpRanges": [{ "CidrIp": cidr }] })
    }
}

pub(crate) fn from_list(id: &str) -> Value {
    json!({ "PrefixListIds": [{ "PrefixListId": id }] })
}

pub(crate) fn entry(
    number: i32,
    egress: bool,
    action: &str,
    protocol: &str,
    cidr: &str,
    ports: Option<(i32, i32)>,
) -> Value {
    let mut entry = json!({ "RuleNumber": number, "Egress": egress, "RuleAction": action, "Protocol": protocol });
    entry[if cidr.contains(':') { "Ipv6CidrBlock" } else { "CidrBlock" }] = json!(cidr);
    if let Some((from, to)) = ports {
        entry["PortRange"] = json!({ "From": from, "To": to });
    }
    entry
}

pub(crate) fn local(cidr: &str) -> Value {
    json!({ "DestinationCidrBlock": cidr, "GatewayId": "local", "State": "active", "Origin": "CreateRouteTable" })
}

/// A static route: `key` names the kind of target, such as `NatGatewayId`.
pub(crate) fn way(cidr: &str, key: &str, target: &str) -> Value {
    let mut route = json!({ "State": "active", "Origin": "CreateRoute" });
    route[if cidr.contains(':') { "DestinationIpv6CidrBlock" } else { "DestinationCidrBlock" }] = json!(cidr);
    route[key] = json!(target);
    route
}
