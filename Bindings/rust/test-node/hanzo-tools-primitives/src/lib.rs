//! Stands in for the node's crate of this name.

pub mod tools {
    pub mod error;
}
