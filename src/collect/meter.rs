//! What was asked of the AWS API: how often, at which address, and what time it is there.

use aws_sdk_ec2::config::interceptors::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
};
use aws_sdk_ec2::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_ec2::error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use time::OffsetDateTime;

/// Reads the requests and answers of every client that it is given to. Clones read into the same place.
#[derive(Clone, Debug, Default)]
pub(super) struct Meter(Arc<Mutex<Reading>>);

/// What was read.
#[derive(Clone, Debug, Default)]
pub(super) struct Reading {
    /// Requests by `ec2:DescribeVpcs` and the like.
    pub(super) calls: BTreeMap<String, u32>,
    /// `https://ec2.us-east-1.amazonaws.com` by `ec2` and the like.
    pub(super) endpoints: BTreeMap<String, String>,
    /// This machine's clock minus the API's, in seconds, by the first answer.
    pub(super) clock_skew_s: Option<i64>,
}

impl Meter {
    /// What was read so far.
    pub(super) fn reading(&self) -> Reading {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn update(&self, change: impl FnOnce(&mut Reading)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Intercept for Meter {
    fn name(&self) -> &'static str {
        "Meter"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(metadata) = config.load::<Metadata>() {
            // As in IAM actions: `EC2` is `ec2`, `Route 53` is `route53`.
            let service = metadata.service().replace(' ', "").to_lowercase();
            let endpoint = endpoint_of(context.request().uri());
            self.update(|reading| {
                *reading.calls.entry(format!("{service}:{}", metadata.name())).or_default() += 1;
                reading.endpoints.insert(service, endpoint);
            });
        }
        Ok(())
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context.response().headers().get("date");
        if let Some(date) = date.and_then(|date| DateTime::from_str(date, Format::HttpDate).ok()) {
            let skew = OffsetDateTime::now_utc().unix_timestamp() - date.secs();
            self.update(|reading| _ = reading.clock_skew_s.get_or_insert(skew));
        }
        Ok(())
    }
}

/// Scheme and authority of a URI.
fn endpoint_of(uri: &str) -> String {
    let end = uri.find("://").map_or(0, |scheme| scheme + 3);
    let path = uri[end..].find(['/', '?']).map_or(uri.len(), |path| end + path);
    uri[..path].to_owned()
}

#[cfg(test)]
mod tests {
    use super::endpoint_of;

    #[test]
    fn an_endpoint_has_neither_path_nor_query() {
        assert_eq!(endpoint_of("https://ec2.us-east-1.amazonaws.com/"), "https://ec2.us-east-1.amazonaws.com");
        assert_eq!(endpoint_of("http://127.0.0.1:5000?x=/"), "http://127.0.0.1:5000");
        assert_eq!(endpoint_of("odd"), "odd");
    }
}
