//! The options that every verb has, and what they lead to.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use crate::files::Files;
use crate::pack::Catalog;
use crate::problem::Problems;
use crate::workspace::{Location, Workspace};

/// Options of all verbs.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// The workspace's file [default: helmwright.yaml here or above, up to the root of the repository]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Add the packs of a folder to those in the program, one a subfolder; may be repeated
    #[arg(long, global = true, value_name = "DIR")]
    packs: Vec<PathBuf>,

    /// Colour in messages
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: super::terminal::Color,
}

impl Global {
    /// The packs in the program and those of `--packs`.
    pub fn catalog(&self) -> Result<Catalog, Problems> {
        self.with_packs(Catalog::embedded())
    }

    /// The same, with the packs of the workspace between the two.
    pub fn catalog_of(&self, workspace: &Workspace) -> Result<Catalog, Problems> {
        let mut catalog = Catalog::embedded();
        workspace.add_packs(&mut catalog)?;
        self.with_packs(catalog)
    }

    fn with_packs(&self, mut catalog: Catalog) -> Result<Catalog, Problems> {
        self.packs.iter().try_for_each(|folder| catalog.add_folder(folder))?;
        Ok(catalog)
    }

    /// Where the workspace's file is; `None` where there is none.
    pub fn location(&self) -> anyhow::Result<Option<Location>> {
        let here = working_directory()?;
        match &self.config {
            Some(file) => Ok(Some(Location::of_file(file, &here)?)),
            None => Ok(Location::find(&here)),
        }
    }

    /// The workspace of the working tree; `None` where there is none.
    pub fn workspace(&self) -> anyhow::Result<Option<Workspace>> {
        match self.location()? {
            Some(Location { root, config }) => Ok(Workspace::read(Files::Disk(root), &config)?),
            None => Ok(None),
        }
    }

    /// Whether the user names a workspace.
    pub fn names_workspace(&self) -> bool {
        self.config.is_some()
    }
}

/// The folder that the user is in.
pub fn working_directory() -> anyhow::Result<PathBuf> {
    std::env::current_dir().context("cannot find the working directory")
}
