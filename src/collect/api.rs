//! The AWS API's clients: which Region, whose credentials, through which connection. Everything as the AWS SDK finds it in flags,
//! environment and profile, found once.

use super::call::{Gate, Gates};
use super::meter::Meter;
use super::request::{Limits, Request};
use super::run::{Run, task};
use super::text::chain;
use super::{files, roots};
use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::meta::region::ProvideRegion as _;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig, imds};
use aws_sdk_ec2::config::{Credentials, ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use pldoctor_checks::facts::Why;

/// A pinned version, so that `cargo update` changes no default of the SDK's.
fn behaviour() -> BehaviorVersion {
    BehaviorVersion::v2026_01_12()
}

/// One service: its client, and whether it can be reached.
pub(super) struct Service<C> {
    pub(super) client: C,
    pub(super) gate: Gate,
}

/// Every service that is asked.
pub(super) struct Api {
    /// The Region that is asked.
    pub(super) region: String,
    pub(super) ec2: Service<aws_sdk_ec2::Client>,
    pub(super) route53: Service<aws_sdk_route53::Client>,
    pub(super) profiles: Service<aws_sdk_route53profiles::Client>,
    pub(super) resolver: Service<aws_sdk_route53resolver::Client>,
    pub(super) quotas: Service<aws_sdk_servicequotas::Client>,
    pub(super) sts: Service<aws_sdk_sts::Client>,
}

impl Api {
    /// The clients of a Region, with credentials in hand.
    ///
    /// # Errors
    /// `NoCredentials`, with what the providers said: then no call needs to be tried.
    pub(super) async fn new(
        request: &Request,
        run: &Run<'_>,
        region: &str,
        imds: Option<imds::Client>,
        meter: &Meter,
    ) -> Result<Self, Why> {
        // As a task: providers parse what files, programs and services say, and some of the SDK's panic at what makes no sense.
        let found = task(credentials(request.profile.clone(), timeouts(&request.limits), region.to_owned(), imds));
        let found = run.stage("credentials", run.clock.within(request.limits.credentials, found)).await;
        let none = |problem: String| Why::new(Why::NO_CREDENTIALS, problem);
        let credentials = found.map_err(|cut| none(cut.to_string()))?;
        let credentials = credentials.map_err(|panic| none(format!("a provider of credentials failed: {panic}")))??;
        let config = config(request, region, credentials, ca_bundle()?).await;
        // Retries are ours (see `call`): the SDK's own bucket of retries runs dry when 20 calls are throttled at once.
        macro_rules! service {
            ($sdk:ident, $name:literal, $clock:ident, $meter:ident, $gates:ident) => {
                Service {
                    client: $sdk::Client::from_conf(
                        $sdk::config::Builder::from(&config).interceptor($meter.clone()).build(),
                    ),
                    gate: Gate::new($name, $clock.clone(), $meter.clone(), $gates.clone()),
                }
            };
        }
        let (region, clock, meter, gates) = (region.to_owned(), run.clock.clone(), meter.clone(), Gates::default());
        // As a task too: a client that is misconfigured panics when it is made.
        let made = task(async move {
            Self {
                region,
                ec2: service!(aws_sdk_ec2, "ec2", clock, meter, gates),
                route53: service!(aws_sdk_route53, "route53", clock, meter, gates),
                profiles: service!(aws_sdk_route53profiles, "route53profiles", clock, meter, gates),
                resolver: service!(aws_sdk_route53resolver, "route53resolver", clock, meter, gates),
                quotas: service!(aws_sdk_servicequotas, "servicequotas", clock, meter, gates),
                sts: service!(aws_sdk_sts, "sts", clock, meter, gates),
            }
        });
        made.await.map_err(|panic| misconfigured(format!("the AWS SDK failed: {panic}")))
    }
}

fn misconfigured(problem: String) -> Why {
    Why::new("InvalidConfiguration", problem)
}

/// The Region that the flag, the environment or the profile names.
pub(super) async fn configured_region(request: &Request) -> Option<String> {
    if let Some(region) = &request.region {
        return Some(region.clone());
    }
    let of_environment = EnvironmentVariableRegionProvider::new().region().await;
    let region = match of_environment {
        Some(region) => Some(region),
        None => {
            let mut profile = ProfileFileRegionProvider::builder().configure(&ProviderConfig::without_region());
            if let Some(name) = &request.profile {
                profile = profile.profile_name(name);
            }
            profile.build().region().await
        }
    };
    region.map(|region| region.to_string()).filter(|region| !region.is_empty())
}

async fn credentials(
    profile: Option<String>,
    timeouts: TimeoutConfig,
    region: String,
    imds: Option<imds::Client>,
) -> Result<Credentials, Why> {
    let region = Region::new(region);
    let provider = match profile {
        // A profile that was named wins over keys in the environment, as it does for the AWS CLI. The SDK's chain has it the other way.
        Some(name) => {
            let config = ProviderConfig::without_region()
                .with_behavior_version(Some(behaviour()))
                .with_region(Some(region))
                .with_timeout_config(timeouts);
            let provider = ProfileFileCredentialsProvider::builder().configure(&config).profile_name(name);
            SharedCredentialsProvider::new(provider.build())
        }
        None => {
            let mut chain = DefaultCredentialsChain::builder().region(region);
            if let Some(client) = imds {
                chain = chain.imds_client(client);
            }
            SharedCredentialsProvider::new(chain.build().await)
        }
    };
    provider.provide_credentials().await.map_err(|error| Why::new(Why::NO_CREDENTIALS, chain(&error)))
}

fn timeouts(limits: &Limits) -> TimeoutConfig {
    TimeoutConfig::builder().connect_timeout(limits.connect).operation_attempt_timeout(limits.api_attempt).build()
}

async fn config(request: &Request, region: &str, credentials: Credentials, roots: Option<TlsContext>) -> SdkConfig {
    let mut loader = aws_config::defaults(behaviour())
        .region(Region::new(region.to_owned()))
        .credentials_provider(credentials)
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts(&request.limits));
    if let Some(profile) = &request.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(roots) = roots {
        loader = loader.http_client(trusting(roots));
    }
    loader.load().await
}

/// The roots in `AWS_CA_BUNDLE`, which the AWS CLI honours and the Rust SDK does not: without it nothing passes a proxy that opens TLS.
///
/// # Errors
/// Where the file can't be read, or holds nothing that could be trusted. With nothing to trust, every call would fail for a reason far from this one.
fn ca_bundle() -> Result<Option<TlsContext>, Why> {
    let Some(file) = std::env::var_os("AWS_CA_BUNDLE").filter(|file| !file.is_empty()) else { return Ok(None) };
    let failed = |problem: String| misconfigured(format!("AWS_CA_BUNDLE, {}: {problem}", file.display()));
    let roots = roots::read(&files::read_now(file.as_ref()).map_err(|error| failed(error.to_string()))?);
    if roots.usable.is_empty() {
        return Err(failed(roots.problem.unwrap_or_default()));
    }
    let store = TrustStore::empty().with_pem_certificate(roots.pem);
    TlsContext::builder().with_trust_store(store).build().map(Some).map_err(|error| failed(chain(&error)))
}

/// A client with these roots, and the proxies of the environment as the default client has them.
fn trusting(roots: TlsContext) -> aws_sdk_ec2::config::SharedHttpClient {
    aws_smithy_http_client::Builder::new().build_with_connector_fn(move |settings, components| {
        let mut connector = Connector::builder().proxy_config(ProxyConfig::from_env());
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(|components| components.sleep_impl()));
        connector.tls_provider(Provider::Rustls(CryptoMode::AwsLc)).tls_context(roots.clone()).build()
    })
}
