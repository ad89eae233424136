//! Whether the endpoint service can be seen from here, and its private name can be used.

use crate::check::{Judged, Layer, Owner, Stop, check, fail, pass, warn};
use crate::facts::{Facts, aws, reads};
use crate::remedy::{ByHand, Effect, NEW_ENDPOINT};

check!(Service {
    id: "service",
    layer: Layer::Endpoint,
    owner: Owner::Client,
    reads: reads::ENDPOINT,
    explained_by: &["target-name", "region"],
    measured_by: Some("vpc-resolver-answer"),
    words: include_str!("service.toml"),
});

fn judge(facts: &Facts) -> Judged {
    let Some(name) = facts.service_name().map(str::to_owned) else {
        // Without the services nobody can say which one the target's is.
        facts.vpc_endpoint_services()?;
        return Err(Stop::not_applicable("no-service"));
    };
    if !is_service_name(&name) {
        return Ok(fail("malformed").say("service", &name).about(&name).remedy(copy_service_name(&name).into()));
    }
    let Some(service) = facts.service()? else {
        let is_used = |endpoint: &aws::VpcEndpoint| {
            endpoint.state() == aws::EndpointState::Available && endpoint.vpc_endpoint_id != NEW_ENDPOINT
        };
        let judgement = if facts.endpoint().is_ok_and(is_used) {
            warn("unseen-yet-used")
        } else {
            fail("unseen").remedy(copy_service_name(&name).effect(Effect::MayTakeTime).into())
        };
        return Ok(judgement.say("service", &name).about(name));
    };
    let verification = service.private_dns_name_verification_state.as_deref().unwrap_or("verified");
    let private_name = service.private_names().next().unwrap_or_default();
    let is_interface = service.service_type.is_empty()
        || service.service_type.iter().any(|kind| kind.service_type.eq_ignore_ascii_case("interface"));
    let judgement = if !is_interface {
        let kinds: Vec<&str> = service.service_type.iter().map(|kind| kind.service_type.as_str()).collect();
        fail("other-type").say("type", kinds.join(", ")).remedy(copy_service_name(&name).into())
    } else if !private_name.is_empty() && !verification.eq_ignore_ascii_case("verified") {
        // AWS looks for the provider's proof by itself for some time; what has failed stays so until the provider starts anew.
        let is_pending = verification.eq_ignore_ascii_case("pendingVerification");
        let ask = if is_pending {
            ByHand::new("wait-for-verification", Owner::TidbCloud).effect(Effect::TakesTime)
        } else {
            ByHand::new("ask-tidb-cloud-service", Owner::TidbCloud)
        };
        let ask = ask.say("service", &name).say("name", private_name);
        fail("not-verified").owner(Owner::TidbCloud).remedy(ask.into())
    } else if private_name.is_empty() {
        pass("visible-unnamed")
    } else {
        pass("visible")
    };
    Ok(judgement.say("service", &name).say("name", private_name).say("verification", verification).about(name))
}

/// `com.amazonaws.vpce.<region>.vpce-svc-<hex>`, in some Regions of China with `cn.` before it.
fn is_service_name(name: &str) -> bool {
    let rest = name.strip_prefix("cn.").unwrap_or(name).strip_prefix("com.amazonaws.vpce.");
    let id = rest
        .and_then(|rest| rest.split_once('.'))
        .and_then(|(region, id)| (!region.is_empty()).then(|| id.strip_prefix("vpce-svc-")).flatten());
    id.is_some_and(|hex| [8, 17].contains(&hex.len()) && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn copy_service_name(name: &str) -> ByHand {
    ByHand::new("copy-service-name", Owner::Client).say("service", name)
}

#[cfg(test)]
mod tests {
    use super::is_service_name;

    #[test]
    fn names_of_services() {
        assert!(is_service_name("com.amazonaws.vpce.us-east-1.vpce-svc-03342995daf1bc4d4"));
        assert!(is_service_name("cn.com.amazonaws.vpce.cn-north-1.vpce-svc-0a1b2c3d"));
        for wrong in [
            "com.amazonaws.vpce.us-east-1.vpce-svc-03342995daf1bc4d",
            "com.amazonaws.vpce.us-east-1.vpce-0a1b2c3d4e5f60718",
            "com.amazonaws.us-east-1.s3",
            "vpce-svc-03342995daf1bc4d4",
        ] {
            assert!(!is_service_name(wrong), "{wrong}");
        }
    }
}
