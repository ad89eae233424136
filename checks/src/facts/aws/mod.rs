//! What the AWS API said, in the shape of the AWS CLI's output, so that `aws ec2 describe-vpcs > describe-vpcs.json` is a fact.
//!
//! Only the fields that a check reads are here; others in a file are ignored. Ids, names, tags and descriptions are untrusted text.

mod dns;
mod endpoint;
mod filters;
mod firewall;
mod interface;
mod profiles;
mod quota;
mod routes;
mod shapes;
mod vpc;

pub use dns::*;
pub use endpoint::*;
pub use filters::*;
pub use firewall::*;
pub use interface::*;
pub use profiles::*;
pub use quota::*;
pub use routes::*;
pub use vpc::*;
