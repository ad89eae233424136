//! A snapshot: a folder of facts, in the shape of the AWS CLI's own output, that can be judged anywhere and later.
//!
//! ```text
//! manifest.json                               schema, tool, time, question, what was redacted
//! aws/ec2/describe-vpcs.json …                what `aws ec2 describe-vpcs` prints, or {"Error":{"Code","Message"}}
//! aws/ec2/describe-vpc-attribute.<vpc-id>.enableDnsSupport.json
//! aws/ec2/get-managed-prefix-list-entries.<pl-id>.json
//! aws/route53/… aws/route53resolver/… aws/sts/…
//! host.json dns.json connections.json         what this machine saw
//! ```
//!
//! `FILE.tar.gz` in the place of the folder is a bundle: the same files, with reports and the program's log beside them.
//!
//! What is absent is `unknown: not collected`, so a folder that a person filled with some outputs of the AWS CLI is a snapshot too.

mod archive;
mod limits;
mod manifest;
mod read;
pub mod redact;
mod write;

pub use archive::{ArchiveDraft, ArchiveError};
pub use manifest::{Manifest, NOT_REDACTED, Tool};
pub use pldoctor_checks::snapshot::json::Malformed;
pub use read::{ReadError, Snapshot, Warning, read};
pub use write::{WriteError, files, try_write, write, write_files};
