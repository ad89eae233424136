//! How large a snapshot may be, whether it is a folder or one file: it is read into memory.

/// The largest file, in bytes: 1,000 interfaces take 3 MB.
pub(super) const FILE_LIMIT: u64 = 64 << 20;
/// All files together, in bytes.
pub(super) const TOTAL_LIMIT: u64 = 256 << 20;
/// Files and folders in a snapshot; a large one has about a hundred.
pub(super) const ENTRIES_LIMIT: usize = 2_000;
