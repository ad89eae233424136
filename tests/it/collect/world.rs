//! A small world behind a fake API: one VPC with an endpoint in it, a client, and a VPC that peers with it. And the metadata service of its client.

use super::fakes::{Asked, Reply, http};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

/// The endpoint's service.
pub(super) const SERVICE: &str = "com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d4e5f60718";
/// The endpoint's own name.
pub(super) const CONTROL: &str = "vpce-0a1-x1.vpce-svc-0a1b2c3d4e5f60718.us-east-1.vpce.amazonaws.com";

/// The calls that the API got, in order, as `DescribeVpcs` and the like.
pub(super) type Log = Arc<Mutex<Vec<String>>>;

/// An API. `fault` sees each call, with how often it came before, and may answer in the world's place.
pub(super) fn api(fault: impl Fn(&str, usize) -> Option<Reply> + Send + Sync + 'static) -> (SocketAddr, Log) {
    let log = Log::default();
    let logged = Arc::clone(&log);
    let address = http(move |asked| {
        let call = call(asked);
        let before = {
            let mut log = logged.lock().unwrap();
            log.push(call.clone());
            log.iter().filter(|earlier| **earlier == call).count() - 1
        };
        fault(&call, before).unwrap_or_else(|| world(&call, asked))
    });
    (address, log)
}

/// What EC2 refuses with.
pub(super) fn refusal(status: u16, code: &str) -> Reply {
    let error = format!("<Error><Code>{code}</Code><Message>{code} it is</Message></Error>");
    Reply::Status(status, format!("<Response><Errors>{error}</Errors><RequestID>r</RequestID></Response>"))
}

/// A list's answer, as EC2 frames it.
pub(super) fn list(call: &str, set: &str, items: &[&str], token: Option<&str>) -> Reply {
    let items: String = items.iter().map(|item| format!("<item>{item}</item>")).collect();
    let token = token.map(|token| format!("<nextToken>{token}</nextToken>")).unwrap_or_default();
    Reply::ok(format!(
        r#"<{call}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><{set}>{items}</{set}>{token}</{call}Response>"#
    ))
}

fn call(asked: &Asked) -> String {
    if let Some(target) = asked.headers.get("x-amz-target") {
        return target.rsplit('.').next().unwrap_or_default().to_owned();
    }
    // Those that speak REST.
    let path = asked.path.split('?').next().unwrap_or_default();
    let named = match path.split('/').collect::<Vec<_>>()[..] {
        ["", "2013-04-01", "hostedzonesbyvpc"] => Some("ListHostedZonesByVPC"),
        ["", "2013-04-01", "hostedzone", _] => Some("GetHostedZone"),
        ["", "2013-04-01", "hostedzone", _, "rrset"] => Some("ListResourceRecordSets"),
        ["", "profileassociations"] => Some("ListProfileAssociations"),
        ["", "profileresourceassociations", "profileid", _] => Some("ListProfileResourceAssociations"),
        _ => None,
    };
    if let Some(named) = named {
        return named.to_owned();
    }
    parameter(asked, "Action").unwrap_or_else(|| format!("{} {}", asked.method, asked.path))
}

/// A parameter of a query request.
pub(super) fn parameter(asked: &Asked, name: &str) -> Option<String> {
    let pairs = asked.body.split('&').filter_map(|pair| pair.split_once('='));
    pairs.into_iter().find(|(own, _)| *own == name).map(|(_, value)| value.replace("%3A", ":"))
}

const ENDPOINT: &str = "<vpcEndpointId>vpce-0a1</vpcEndpointId><vpcEndpointType>Interface</vpcEndpointType><vpcId>vpc-0a1</vpcId>
    <serviceName>com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d4e5f60718</serviceName><state>available</state>
    <privateDnsEnabled>true</privateDnsEnabled><subnetIdSet><item>subnet-0b1</item></subnetIdSet>
    <networkInterfaceIdSet><item>eni-0e1</item></networkInterfaceIdSet>
    <groupSet><item><groupId>sg-0e1</groupId><groupName>endpoint</groupName></item></groupSet>
    <dnsEntrySet><item><dnsName>vpce-0a1-x1.vpce-svc-0a1b2c3d4e5f60718.us-east-1.vpce.amazonaws.com</dnsName></item></dnsEntrySet>
    <creationTimestamp>2026-01-02T03:04:05.000Z</creationTimestamp>";

/// An endpoint of another vendor's, in the VPC that peers.
const OTHER_ENDPOINT: &str =
    "<vpcEndpointId>vpce-0f1</vpcEndpointId><vpcEndpointType>Interface</vpcEndpointType><vpcId>vpc-0f1</vpcId>
    <serviceName>com.amazonaws.vpce.us-east-1.vpce-svc-0ffffffffffffffff</serviceName><state>available</state>";

fn world(call: &str, asked: &Asked) -> Reply {
    let list = |set: &str, items: &[&str]| list(call, set, items, None);
    let vpc = parameter(asked, "Filter.1.Value.1").unwrap_or_default();
    match call {
        "GetCallerIdentity" => Reply::ok(
            r#"<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
            <Arn>arn:aws:sts::111122223333:assumed-role/app/i-0c1</Arn><UserId>U</UserId><Account>111122223333</Account>
            </GetCallerIdentityResult></GetCallerIdentityResponse>"#,
        ),
        "DescribeVpcEndpoints" => list("vpcEndpointSet", &[ENDPOINT, OTHER_ENDPOINT]),
        "DescribeVpcEndpointServices" => list(
            "serviceDetailSet",
            &["<serviceName>com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d4e5f60718</serviceName><privateDnsName>db.test</privateDnsName>
               <acceptanceRequired>false</acceptanceRequired><serviceType><item><serviceType>Interface</serviceType></item></serviceType>",
              "<serviceName>com.amazonaws.us-east-1.s3</serviceName>"],
        ),
        "DescribeVpcs" => list("vpcSet", &["<vpcId>vpc-0a1</vpcId><cidrBlock>10.0.0.0/16</cidrBlock>"]),
        "DescribeVpcAttribute" => {
            let name = parameter(asked, "Attribute").unwrap_or_default();
            Reply::ok(format!(
                "<{call}Response><requestId>r</requestId><vpcId>vpc-0a1</vpcId><{name}><value>true</value></{name}></{call}Response>"
            ))
        }
        "DescribeSubnets" => list(
            "subnetSet",
            &["<subnetId>subnet-0b1</subnetId><vpcId>vpc-0a1</vpcId><cidrBlock>10.0.2.0/24</cidrBlock><availabilityZoneId>use1-az1</availabilityZoneId>"],
        ),
        "DescribeNetworkInterfaces" => list("networkInterfaceSet", &[
            // The client's, which another filter finds as well.
            "<networkInterfaceId>eni-0c1</networkInterfaceId><vpcId>vpc-0a1</vpcId><privateIpAddress>10.0.1.10</privateIpAddress>
             <attachment><instanceId>i-0c1</instanceId><deviceIndex>0</deviceIndex></attachment>",
            "<networkInterfaceId>eni-0e1</networkInterfaceId><vpcId>vpc-0a1</vpcId><interfaceType>vpc_endpoint</interfaceType>
             <privateIpAddress>127.0.8.2</privateIpAddress>",
        ]),
        "DescribeInstances" => list(
            "reservationSet",
            &["<instancesSet><item><instanceId>i-0c1</instanceId><vpcId>vpc-0a1</vpcId><instanceState><name>running</name></instanceState></item></instancesSet>"],
        ),
        "DescribeSecurityGroups" => list("securityGroupInfo", &[
            "<groupId>sg-0e1</groupId><vpcId>vpc-0a1</vpcId><ipPermissions><item><ipProtocol>tcp</ipProtocol><fromPort>4000</fromPort>
             <toPort>4000</toPort><prefixListIds><item><prefixListId>pl-0a1</prefixListId></item></prefixListIds></item></ipPermissions>",
            "<groupId>sg-0d1</groupId><vpcId>vpc-0a1</vpcId><ipPermissions><item><ipProtocol>-1</ipProtocol>
             <prefixListIds><item><prefixListId>pl-0unused</prefixListId></item></prefixListIds></item></ipPermissions>",
        ]),
        "GetManagedPrefixListEntries" => list("entrySet", &["<cidr>10.0.1.0/24</cidr>"]),
        "DescribeRouteTables" => list(
            "routeTableSet",
            &["<routeTableId>rtb-0a1</routeTableId><vpcId>vpc-0a1</vpcId><routeSet><item><destinationCidrBlock>10.1.0.0/16</destinationCidrBlock>
               <vpcPeeringConnectionId>pcx-0a1</vpcPeeringConnectionId><state>active</state></item></routeSet>"],
        ),
        "DescribeVpcPeeringConnections" => {
            list("vpcPeeringConnectionSet", &["<vpcPeeringConnectionId>pcx-0a1</vpcPeeringConnectionId><status><code>active</code></status>"])
        }
        "DescribeNetworkAcls" => list("networkAclSet", &["<networkAclId>acl-0a1</networkAclId><vpcId>vpc-0a1</vpcId><default>true</default>"]),
        "DescribeDhcpOptions" => list("dhcpOptionsSet", &["<dhcpOptionsId>dopt-0a1</dhcpOptionsId>"]),
        "DescribeAvailabilityZones" => list("availabilityZoneInfo", &["<zoneName>us-east-1a</zoneName><zoneId>use1-az1</zoneId>"]),
        "ListHostedZonesByVPC" => Reply::ok(
            r#"<ListHostedZonesByVPCResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><HostedZoneSummaries><HostedZoneSummary>
            <HostedZoneId>Z1</HostedZoneId><Name>test.</Name><Owner><OwningAccount>111122223333</OwningAccount></Owner>
            </HostedZoneSummary></HostedZoneSummaries><MaxItems>100</MaxItems></ListHostedZonesByVPCResponse>"#,
        ),
        "ListResolverRules" => {
            Reply::ok(r#"{"ResolverRules":[{"Id":"rslvr-rr-1","DomainName":"test.","RuleType":"FORWARD"}]}"#)
        }
        "ListResolverRuleAssociations" => {
            Reply::ok(r#"{"ResolverRuleAssociations":[{"Id":"rslvr-rrassoc-1","ResolverRuleId":"rslvr-rr-1","VPCId":"vpc-0a1"}]}"#)
        }
        // A zone that only the Profile brings in, elsewhere than the name.
        "GetHostedZone" => Reply::ok(
            r#"<GetHostedZoneResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><HostedZone><Id>/hostedzone/Z2</Id>
            <Name>example.com.</Name><CallerReference>r</CallerReference></HostedZone></GetHostedZoneResponse>"#,
        ),
        "ListResourceRecordSets" => Reply::ok(
            r#"<ListResourceRecordSetsResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><ResourceRecordSets>
            <ResourceRecordSet><Name>db.test.</Name><Type>A</Type><TTL>60</TTL><ResourceRecords><ResourceRecord><Value>127.0.8.1</Value>
            </ResourceRecord></ResourceRecords></ResourceRecordSet><ResourceRecordSet><Name>x.test.</Name><Type>A</Type><AliasTarget>
            <HostedZoneId>Z9</HostedZoneId><DNSName>y.test.</DNSName><EvaluateTargetHealth>false</EvaluateTargetHealth></AliasTarget>
            </ResourceRecordSet></ResourceRecordSets><IsTruncated>false</IsTruncated><MaxItems>300</MaxItems></ListResourceRecordSetsResponse>"#,
        ),
        "ListProfileAssociations" => {
            Reply::ok(r#"{"ProfileAssociations":[{"Id":"rpassoc-1","ProfileId":"rp-1","ResourceId":"vpc-0a1","Status":"COMPLETE"}]}"#)
        }
        "ListProfileResourceAssociations" => Reply::ok(
            r#"{"ProfileResourceAssociations":[{"Id":"rpr-1","ProfileId":"rp-1","ResourceArn":"arn:aws:route53:::hostedzone/Z2","Status":"COMPLETE"}]}"#,
        ),
        "ListFirewallRuleGroupAssociations" => Reply::ok(
            r#"{"FirewallRuleGroupAssociations":[{"Id":"rslvr-frgassoc-1","FirewallRuleGroupId":"rslvr-frg-1","VpcId":"vpc-0a1","Priority":101,
            "Status":"COMPLETE"}]}"#,
        ),
        "ListFirewallRules" => Reply::ok(
            r#"{"FirewallRules":[{"FirewallRuleGroupId":"rslvr-frg-1","FirewallDomainListId":"rslvr-fdl-1","Priority":1,"Action":"BLOCK",
            "BlockResponse":"NXDOMAIN"},{"FirewallRuleGroupId":"rslvr-frg-1","Priority":2,"Action":"ALERT","DnsThreatProtection":"DGA"}]}"#,
        ),
        "ListFirewallDomains" => Reply::ok(r#"{"Domains":["*.example.net."]}"#),
        "ListFirewallConfigs" => {
            Reply::ok(r#"{"FirewallConfigs":[{"Id":"rslvr-fc-1","ResourceId":"vpc-0a1","FirewallFailOpen":"DISABLED"}]}"#)
        }
        "GetServiceQuota" => Reply::ok(r#"{"Quota":{"ServiceCode":"vpc","QuotaCode":"L-29B6F2EB","Value":60.0}}"#),
        _ => refusal(400, &format!("InvalidAction{vpc}")),
    }
}

/// The metadata service of an instance in the VPC, strict about its token.
pub(super) fn metadata() -> SocketAddr {
    http(|asked| {
        if asked.method == "PUT" && asked.path == "/latest/api/token" {
            let lifetime = asked.headers.get("x-aws-ec2-metadata-token-ttl-seconds");
            return if lifetime.is_some() { Reply::ok("token") } else { Reply::Status(400, String::new()) };
        }
        if asked.headers.get("x-aws-ec2-metadata-token").is_none_or(|token| token != "token") {
            return Reply::Status(401, String::new());
        }
        let interface = "/latest/meta-data/network/interfaces/macs/0a:00:00:00:00:01";
        match asked.path.as_str() {
            "/latest/meta-data/instance-id" => Reply::ok("i-0c1"),
            "/latest/meta-data/placement/region" => Reply::ok("us-east-1"),
            "/latest/meta-data/placement/availability-zone" => Reply::ok("us-east-1a"),
            "/latest/meta-data/placement/availability-zone-id" => Reply::ok("use1-az1"),
            "/latest/dynamic/instance-identity/document" => {
                Reply::ok(r#"{"accountId":"111122223333","region":"us-east-1"}"#)
            }
            "/latest/meta-data/network/interfaces/macs/" => Reply::ok("0a:00:00:00:00:01/\n../../../token/"),
            "/latest/meta-data/iam/security-credentials/" => Reply::ok("app"),
            "/latest/meta-data/iam/security-credentials/app" => Reply::ok(
                r#"{"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"ASIAEXAMPLE","SecretAccessKey":"instance-secret","Token":"t",
                "Expiration":"2099-01-01T00:00:00Z","LastUpdated":"2026-01-01T00:00:00Z"}"#,
            ),
            path => match path.strip_prefix(interface) {
                Some("/device-number") => Reply::ok("0"),
                Some("/interface-id") => Reply::ok("eni-0c1"),
                Some("/vpc-id") => Reply::ok("vpc-0a1"),
                Some("/subnet-id") => Reply::ok("subnet-0c1"),
                Some("/security-group-ids") => Reply::ok("sg-0c1\nsg-0c2"),
                Some("/local-ipv4s") => Reply::ok("10.0.1.10\n10.0.1.11"),
                Some("/vpc-ipv4-cidr-blocks") => Reply::ok("10.0.0.0/16"),
                Some("/owner-id") => Reply::ok("111122223333"),
                _ => Reply::Status(404, "<html>not found</html>".into()),
            },
        }
    })
}
