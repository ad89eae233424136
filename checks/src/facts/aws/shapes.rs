//! Structs in the shape of the AWS CLI's JSON.

/// A resource: PascalCase keys, every field optional in the file, unknown fields ignored.
macro_rules! shapes {
    ($($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident : $type:ty),* $(,)? })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "PascalCase", default)]
        pub struct $name { $($(#[$field_meta])* pub $field: $type,)* }
    )*};
}

/// The whole output of a call. Its list must be there: another call's output must not read as an empty list.
macro_rules! lists {
    ($($(#[$meta:meta])* $name:ident { $(#[$field_meta:meta])* $field:ident : Vec<$type:ty> $(,)? })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "PascalCase")]
        pub struct $name { $(#[$field_meta])* pub $field: Vec<$type>, }
    )*};
}

pub(super) use {lists, shapes};
