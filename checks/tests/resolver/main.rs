//! The resolver model: one table for the order of precedence, and what must hold for every set of zones and rules.

mod precedence;
mod properties;
mod world;
