//! What a folder has in it, on disk or at a revision.

/// Something in a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DirEntry {
    /// Its name.
    pub name: String,
    /// What it is; of a symbolic link, what it leads to.
    pub kind: FileKind,
    /// Whether it is a symbolic link.
    pub link: bool,
}

/// What a [`DirEntry`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileKind {
    /// A file.
    File,
    /// A folder.
    Folder,
}
