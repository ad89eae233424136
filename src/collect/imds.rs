//! The instance metadata service, version 2: where this instance stands.
//!
//! Its client goes past every proxy, keeps to short bounds, and lends its token to the credentials' provider.

use super::request::{Limits, Request};
use super::run::Clock;
use super::text::{chain, clipped};
use aws_config::imds::Client;
use aws_config::imds::client::error::ImdsError;
use aws_config::provider_config::ProviderConfig;
use aws_smithy_runtime_api::client::result::ConnectorError;
use futures::future::{join_all, try_join_all};
use pldoctor_checks::facts::{Metadata, MetadataInterface, Why, WhyKind};
use std::error::Error;
use std::net::IpAddr;

/// Interfaces of an instance; the largest instances have 15 on each of two cards.
const INTERFACES_LIMIT: usize = 64;
/// The longest value, in bytes: an interface's addresses are the longest list, at 50 of them.
const VALUE_LIMIT: usize = 16 << 10;
/// The variable that every AWS SDK honours.
const DISABLED: &str = "AWS_EC2_METADATA_DISABLED";

/// Why the service is not asked; `None` where it may be. The SDK's own client doesn't look at this.
pub(super) fn disabled() -> Option<Why> {
    let disabled = std::env::var(DISABLED).is_ok_and(|value| value.eq_ignore_ascii_case("true"));
    disabled.then(|| Why::not_asked(format!("{DISABLED} is set to true")))
}

/// The client. `AWS_EC2_METADATA_SERVICE_ENDPOINT` and `…_ENDPOINT_MODE` say where, if not at 169.254.169.254.
pub(super) fn client(limits: &Limits) -> Client {
    // Without a proxy: with one in the environment the SDK's default client would send it the token.
    let config = ProviderConfig::without_region().with_http_client(aws_smithy_http_client::Builder::new().build_http());
    Client::builder()
        .configure(&config)
        .max_attempts(2)
        .connect_timeout(limits.metadata_connect)
        .read_timeout(limits.metadata_read)
        .build()
}

/// The Region alone, for those who need no more.
pub(super) async fn region(request: &Request, clock: &Clock, client: &Client) -> Option<String> {
    if disabled().is_some() {
        return None;
    }
    let bound = request.limits.metadata_connect + request.limits.metadata_read * 4;
    clock.within(bound, get(client, "meta-data/placement/region")).await.ok()?.ok().flatten()
}

/// Everything that is asked of it: what doesn't depend on each other at once.
pub(super) async fn metadata(request: &Request, clock: &Clock, client: &Client) -> Result<Metadata, Why> {
    if let Some(why) = disabled() {
        return Err(why);
    }
    // Two tries of token and answer, twice over: the list of interfaces, and what is below it.
    let bound = (request.limits.metadata_connect + request.limits.metadata_read) * 4;
    clock.within(bound, tree(client)).await?
}

async fn tree(client: &Client) -> Result<Metadata, Why> {
    // One question first: it gets the token that all others then share. One lost packet is no verdict, so it is tried twice.
    let region = match required(client, "meta-data/placement/region").await {
        Err(why) if matches!(why.kind(), WhyKind::Unreachable | WhyKind::TimedOut) => {
            required(client, "meta-data/placement/region").await?
        }
        answer => answer?,
    };
    let (instance_id, zone, zone_id, document, interfaces) = futures::try_join!(
        get(client, "meta-data/instance-id"),
        required(client, "meta-data/placement/availability-zone"),
        get(client, "meta-data/placement/availability-zone-id"),
        get(client, "dynamic/instance-identity/document"),
        interfaces(client),
    )?;
    Ok(Metadata {
        instance_id,
        region,
        availability_zone: zone,
        availability_zone_id: zone_id.unwrap_or_default(),
        account_id: document.as_deref().and_then(account_id),
        interfaces,
    })
}

async fn interfaces(client: &Client) -> Result<Vec<MetadataInterface>, Why> {
    let list = required(client, "meta-data/network/interfaces/macs/").await?;
    let macs = list.lines().map(|line| line.trim().trim_end_matches('/')).filter(|mac| is_mac(mac));
    let mut interfaces = try_join_all(macs.take(INTERFACES_LIMIT).map(|mac| interface(client, mac))).await?;
    interfaces.sort_by_key(|interface| interface.device_number);
    Ok(interfaces)
}

async fn interface(client: &Client, mac: &str) -> Result<MetadataInterface, Why> {
    const KEYS: [&str; 9] = [
        "device-number",
        "interface-id",
        "vpc-id",
        "subnet-id",
        "security-group-ids",
        "local-ipv4s",
        "ipv6s",
        "vpc-ipv4-cidr-blocks",
        "owner-id",
    ];
    let asked = KEYS.map(|key| async move {
        let path = format!("meta-data/network/interfaces/macs/{mac}/{key}");
        get(client, &path).await.map(Option::unwrap_or_default)
    });
    let answers: Result<Vec<String>, Why> = join_all(asked).await.into_iter().collect();
    let answers = answers?;
    let [device, id, vpc, subnet, groups, ipv4s, ipv6s, blocks, owner] = answers.as_slice() else {
        return Err(Why::new(Why::MALFORMED, "answers were lost"));
    };
    let lines = |text: &String| text.lines().map(str::trim).filter(|line| !line.is_empty()).map(clipped).collect();
    let addresses = |text: &String| text.lines().filter_map(|line| line.trim().parse::<IpAddr>().ok()).collect();
    Ok(MetadataInterface {
        mac: mac.to_owned(),
        interface_id: id.clone(),
        device_number: device.parse().unwrap_or_default(),
        vpc_id: vpc.clone(),
        subnet_id: subnet.clone(),
        security_group_ids: lines(groups),
        local_ipv4s: addresses(ipv4s),
        ipv6s: addresses(ipv6s),
        vpc_ipv4_cidr_blocks: lines(blocks),
        owner_id: owner.clone(),
    })
}

/// A key's value; `None` where the service doesn't have it.
async fn get(client: &Client, key: &str) -> Result<Option<String>, Why> {
    match client.get(format!("/latest/{key}")).await {
        Ok(value) if value.as_ref().len() > VALUE_LIMIT => {
            Err(Why::new(Why::MALFORMED, format!("{key} is longer than {VALUE_LIMIT} bytes")))
        }
        Ok(value) => Ok(Some(value.as_ref().trim().to_owned())),
        Err(ImdsError::ErrorResponse(refusal)) if refusal.response().status().as_u16() == 404 => Ok(None),
        Err(error) => Err(why(&error)),
    }
}

async fn required(client: &Client, key: &str) -> Result<String, Why> {
    get(client, key).await?.ok_or_else(|| Why::new("NotFound", format!("it has no {key}")))
}

/// A failure as a reason. The difference matters: no connection is a machine outside EC2 or a service that is off; a connection without an
/// answer is a container beyond the hop limit.
fn why(error: &ImdsError) -> Why {
    if let ImdsError::ErrorResponse(refusal) = error {
        let status = refusal.response().status().as_u16();
        // Not its own text, which would print the whole response.
        let code = if status == 403 { "Forbidden".to_owned() } else { format!("Http{status}") };
        return Why::new(code, format!("it answered HTTP {status}"));
    }
    let text = chain(error);
    let code = if connector(error).is_some_and(|cause| cause.is_timeout() && chain(cause).contains("read timeout")) {
        Why::TIMED_OUT
    } else if connector(error).is_some() {
        Why::UNREACHABLE
    } else if text.to_ascii_lowercase().contains("forbidden") {
        "Forbidden"
    } else if text.contains("timed out") || text.contains("timeout") {
        Why::TIMED_OUT
    } else {
        Why::MALFORMED
    };
    Why::new(code, text)
}

/// The connection's failure among an error's causes.
fn connector<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a ConnectorError> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref::<ConnectorError>() {
            return Some(found);
        }
        cause = error.source();
    }
    None
}

/// `accountId` of the identity document.
fn account_id(document: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Identity {
        account_id: String,
    }
    serde_json::from_str::<Identity>(document).ok().map(|identity| identity.account_id)
}

/// A path is built of it, so it has to look like one.
fn is_mac(text: &str) -> bool {
    (1..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':')
}
