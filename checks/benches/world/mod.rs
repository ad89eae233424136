//! A VPC of any size, as text: what `aws ec2 describe-…` would print of it.

use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Rules of a group and entries of an ACL, as in a large company's VPC.
const RULES: usize = 60;
const ENTRIES: usize = 40;

/// The files of a snapshot with this many interfaces, half as many groups, a fifth as many subnets with an ACL of their own (at most 200).
pub(crate) fn files(interfaces: usize) -> BTreeMap<String, String> {
    let groups = (interfaces / 2).max(2);
    let subnets = (interfaces / 5).clamp(2, 200);
    let vpc = "vpc-0a1b2c3d4e5f60718";
    let group = |index: usize| format!("sg-{index:017x}");
    let subnet = |index: usize| format!("subnet-{index:017x}");
    let subnet_of = |index: usize| index % subnets;
    let address =
        |index: usize| format!("10.{}.{}.{}", subnet_of(index), (index / subnets) / 250, (index / subnets) % 250 + 4);
    let eni = |index: usize| {
        json!({
            "NetworkInterfaceId": format!("eni-{index:017x}"), "VpcId": vpc, "SubnetId": subnet(subnet_of(index)),
            "AvailabilityZone": "us-east-1a", "InterfaceType": "interface", "Status": "in-use", "OwnerId": "111122223333",
            "Description": "", "PrivateIpAddress": address(index),
            "PrivateIpAddresses": [{ "Primary": true, "PrivateIpAddress": address(index) }],
            "Groups": [{ "GroupId": group(index % groups), "GroupName": "g" }],
            "Attachment": { "InstanceId": format!("i-{index:017x}"), "DeviceIndex": 0, "Status": "attached" },
        })
    };
    let rule = |rule: usize| {
        json!({
            "IpProtocol": "tcp", "FromPort": 1000 + rule, "ToPort": 1000 + rule,
            "IpRanges": [{ "CidrIp": format!("10.{rule}.0.0/16") }], "Ipv6Ranges": [], "PrefixListIds": [],
            "UserIdGroupPairs": [{ "GroupId": group(rule % groups), "UserId": "111122223333" }],
        })
    };
    // The rule that lets a client in stands last, so that all have to be looked at.
    let inbound: Vec<Value> = (0..RULES - 1)
        .map(rule)
        .chain([json!({
            "IpProtocol": "tcp", "FromPort": 4000, "ToPort": 4000, "IpRanges": [{ "CidrIp": "10.0.0.0/8" }],
        })])
        .collect();
    let outbound = json!([{ "IpProtocol": "-1", "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] }]);
    let entry = |number: usize, egress: bool, allow: bool| {
        json!({
            "RuleNumber": number, "Protocol": "-1", "RuleAction": if allow { "allow" } else { "deny" }, "Egress": egress,
            "CidrBlock": if allow { "0.0.0.0/0".to_owned() } else { format!("192.168.{number}.0/24") },
        })
    };
    let entries: Vec<Value> = [true, false]
        .into_iter()
        .flat_map(|egress| {
            (1..ENTRIES / 2).map(move |number| entry(number, egress, false)).chain([entry(200, egress, true)])
        })
        .collect();
    let acl = |index: usize| {
        json!({
            "NetworkAclId": format!("acl-{index:017x}"), "VpcId": vpc, "IsDefault": false, "Entries": entries,
            "Associations": [{ "NetworkAclId": format!("acl-{index:017x}"), "SubnetId": subnet(index) }],
        })
    };
    let lists = [
        (
            "describe-vpcs",
            json!({ "Vpcs": [{ "VpcId": vpc, "CidrBlock": "10.0.0.0/8", "CidrBlockAssociationSet": [{
            "CidrBlock": "10.0.0.0/8", "CidrBlockState": { "State": "associated" } }] }] }),
        ),
        (
            "describe-subnets",
            json!({ "Subnets": (0..subnets).map(|index| json!({
            "SubnetId": subnet(index), "VpcId": vpc, "CidrBlock": format!("10.{index}.0.0/16"), "AvailabilityZone": "us-east-1a",
            "AvailabilityZoneId": "use1-az1", "AvailableIpAddressCount": 1000 })).collect::<Vec<_>>() }),
        ),
        ("describe-network-interfaces", json!({ "NetworkInterfaces": (0..interfaces).map(eni).collect::<Vec<_>>() })),
        (
            "describe-instances",
            json!({ "Reservations": (0..interfaces).map(|index| json!({ "Instances": [{
            "InstanceId": format!("i-{index:017x}"), "VpcId": vpc, "State": { "Name": "running" } }] })).collect::<Vec<_>>() }),
        ),
        (
            "describe-security-groups",
            json!({ "SecurityGroups": (0..groups).map(|index| json!({
            "GroupId": group(index), "GroupName": "g", "Description": "", "VpcId": vpc, "OwnerId": "111122223333",
            "IpPermissions": inbound, "IpPermissionsEgress": outbound })).collect::<Vec<_>>() }),
        ),
        ("describe-network-acls", json!({ "NetworkAcls": (0..subnets).map(acl).collect::<Vec<_>>() })),
        (
            "describe-route-tables",
            json!({ "RouteTables": [{ "RouteTableId": "rtb-0", "VpcId": vpc,
            "Associations": [{ "Main": true }], "Routes": [{ "DestinationCidrBlock": "10.0.0.0/8", "GatewayId": "local",
            "State": "active", "Origin": "CreateRouteTable" }] }] }),
        ),
    ];
    lists.into_iter().map(|(call, list)| (format!("aws/ec2/{call}.json"), list.to_string())).collect()
}
