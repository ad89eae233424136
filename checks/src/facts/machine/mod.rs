//! What the machine saw where the program ran: its own place, its resolver, the answers of DNS, the connections it tried.
//!
//! Every text in here came from outside and is untrusted.

mod connections;
mod dns;
mod host;
mod load;
mod tls;

pub use connections::*;
pub use dns::*;
pub use host::*;
pub use load::*;
pub use tls::*;
