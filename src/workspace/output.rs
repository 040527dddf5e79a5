//! What a workspace's folders hold, and what they should.
//!
//! All releases are rendered, and all folders compared, before anything is written; so a release that is wrong leaves
//! everything as it was.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::conflicts::{self, ReleaseObjects};
use super::folder::{File, OutputFolder, Title};
use super::rendering::all;
use super::{Format, Release, Selection, Workspace, orphans};
use crate::bundle::Bundle;
use crate::files::Files;
use crate::pack::Catalog;
use crate::path;
use crate::problem::{Code, Problem, Problems};
use crate::render::Rendered;
use crate::source::Sources;
use crate::tree::{self, FileState, FolderChange, Tree, Written};
use crate::write;

/// The folders of a workspace, and how they differ from what its releases render to.
#[derive(Debug)]
pub struct Outputs {
    root: PathBuf,
    /// The folders that releases are rendered into, and then those of releases that the workspace no longer has.
    folders: Vec<OutputFolder>,
    /// How many releases were rendered.
    pub releases: usize,
    /// How many of them are rendered into no folder.
    pub without_output: usize,
    /// What is not wrong, but may be a mistake, a line each; what many releases have in common comes once.
    pub remarks: Vec<String>,
}

/// What [`Outputs::write`] did, in files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// New ones, and those that have other content now.
    pub written: usize,
    /// Those that had the right content already.
    pub unchanged: usize,
    /// Those that nothing renders any more.
    pub removed: usize,
}

/// A release on its way into its folder.
struct RenderedRelease {
    content: Content,
    objects: ReleaseObjects,
    remarks: Vec<String>,
}

enum Content {
    /// It has no folder.
    None,
    /// It is alone in its folder. What is there already need not be kept.
    Alone(Box<FolderChange>),
    /// It shares its folder.
    Shared(Tree),
}

impl Workspace {
    /// Renders those of `releases` that are selected, and those that share a folder with them, and compares them with the
    /// working tree. What is left of releases that are gone is looked for if everything is asked for. `force` is that of
    /// [`Tree::write`]; `done` is called after each release.
    ///
    /// # Errors
    /// A selection of nothing; every problem of every release; two that write the same file or the same object; a folder
    /// that cannot be written into.
    pub fn outputs(
        &self,
        releases: &[Release],
        selection: &Selection,
        catalog: &Catalog,
        force: bool,
        done: impl Fn() + Sync,
    ) -> Result<Outputs, Problems> {
        let Files::Disk(root) = &self.files else {
            return Err(Problem::new(Code::UNWRITABLE_FILE, "nothing can be written into a revision").into());
        };
        let shared = shared_outputs(releases);
        let selected = selection.select(releases)?;
        let outputs: BTreeSet<&str> = selected.iter().filter_map(|release| release.output.as_deref()).collect();
        check_links(root, &outputs)?;
        let named: HashSet<*const Release> = selected.iter().map(|release| std::ptr::from_ref(*release)).collect();
        // A folder has one list of what is owned there, so all that share it are rendered together.
        let together = releases.iter().filter(|release| match release.output.as_deref() {
            Some(output) => outputs.contains(output),
            None => named.contains(&std::ptr::from_ref(*release)),
        });
        let selected: Vec<&Release> = together.collect();

        let finish = |release: &Release, rendered: Rendered| self.finish(release, &rendered, root, &shared, force);
        let rendered = self.render_all(&selected, catalog, finish, done)?;
        let mut problems = conflicts::same_objects(&selected, rendered.iter().map(|release| &release.objects));
        let remarks = rendered.iter().flat_map(|release| release.remarks.iter().cloned()).collect();
        let contents = rendered.into_iter().map(|release| release.content);
        let folders = self.folders(root, selected.iter().copied().zip(contents), force, &mut problems);
        problems.extend(conflicts::nested(&folders));
        if !problems.is_empty() {
            return Err(self.report(problems));
        }
        let gone = if selection.is_all() { self.orphans(root, &outputs)? } else { Vec::new() };
        let mut outputs = Outputs {
            root: root.clone(),
            releases: selected.len(),
            without_output: selected.iter().filter(|release| release.output.is_none()).count(),
            folders: folders.into_values().chain(gone).collect(),
            remarks: once(remarks),
        };
        outputs.spare();
        Ok(outputs)
    }

    /// What becomes of one release; what its folder lacks, where no release of `shared` is in it too.
    fn finish(
        &self,
        release: &Release,
        rendered: &Rendered,
        root: &Path,
        shared: &HashSet<&str>,
        force: bool,
    ) -> Result<RenderedRelease, Problems> {
        let (mut remarks, objects) = (rendered.remarks(), ReleaseObjects::new(release, rendered));
        let content = match release.output.as_deref() {
            None => Content::None,
            Some(output) if shared.contains(output) => Content::Shared(content(release, rendered, &mut remarks)?),
            Some(output) => {
                let notes = orphans::notes(&self.config, output, [Title::new(release)].iter());
                let tree = content(release, rendered, &mut remarks)?;
                Content::Alone(Box::new(change(tree, &root.join(output), notes, force)?))
            }
        };
        Ok(RenderedRelease { content, objects, remarks })
    }

    /// The folders that releases with these contents are rendered into, by their paths.
    fn folders<'r>(
        &self,
        root: &Path,
        contents: impl Iterator<Item = (&'r Release, Content)>,
        force: bool,
        problems: &mut Vec<Problem>,
    ) -> BTreeMap<&'r str, OutputFolder> {
        let mut folders: BTreeMap<&str, OutputFolder> = BTreeMap::new();
        let mut shared: BTreeMap<&str, Vec<(&Release, Tree)>> = BTreeMap::new();
        for (release, content) in contents {
            let Some(output) = release.output.as_deref() else { continue };
            match content {
                Content::None => {}
                Content::Alone(change) => {
                    drop(folders.insert(output, OutputFolder::new(output, [Title::new(release)], *change)))
                }
                Content::Shared(tree) => shared.entry(output).or_default().push((release, tree)),
            }
        }
        for (output, parts) in shared {
            match self.merge(root, output, parts, force, problems) {
                Ok(folder) => drop(folders.insert(output, folder)),
                Err(problem) => problems.push(problem),
            }
        }
        folders
    }

    /// The folder that several releases are rendered into.
    fn merge(
        &self,
        root: &Path,
        output: &str,
        parts: Vec<(&Release, Tree)>,
        force: bool,
        problems: &mut Vec<Problem>,
    ) -> Result<OutputFolder, Problem> {
        let releases: Vec<&Release> = parts.iter().map(|(release, _)| *release).collect();
        let (mut all, mut owners) = (Tree::default(), BTreeMap::new());
        for (i, (release, tree)) in parts.into_iter().enumerate() {
            for (path, content) in tree.iter() {
                if let Some(first) = owners.insert(path.to_owned(), i) {
                    problems.push(conflicts::same_file(&path::below(output, path), releases[first], release));
                }
                all.insert(path, content);
            }
        }
        let titles: Vec<Title> = releases.into_iter().map(Title::new).collect();
        let notes = orphans::notes(&self.config, output, titles.iter());
        let change = change(all, &root.join(output), notes, force)?;
        Ok(OutputFolder { owners, ..OutputFolder::new(output, titles, change) })
    }

    /// What `write` makes of the objects of each of `releases`, in their order, and the remarks as in [`Outputs`].
    ///
    /// # Errors
    /// Every problem of every release.
    pub fn stream<T: Send>(
        &self,
        releases: &[&Release],
        catalog: &Catalog,
        write: impl Fn(&Bundle) -> T + Sync,
        done: impl Fn() + Sync,
    ) -> Result<(Vec<T>, Vec<String>), Problems> {
        let finish = |_: &Release, rendered: Rendered| Ok((write(&rendered.bundle), rendered.remarks()));
        let (written, remarks): (Vec<T>, Vec<Vec<String>>) =
            self.render_all(releases, catalog, finish, done)?.into_iter().unzip();
        Ok((written, once(remarks.concat())))
    }
}

/// The folders that several of `releases` are rendered into.
fn shared_outputs(releases: &[Release]) -> HashSet<&str> {
    let mut known = HashSet::new();
    let outputs = releases.iter().filter_map(|release| release.output.as_deref());
    outputs.filter(|output| !known.insert(*output)).collect()
}

/// The remarks without those that came before.
fn once(mut remarks: Vec<String>) -> Vec<String> {
    let mut known = HashSet::new();
    remarks.retain(|remark| known.insert(remark.clone()));
    remarks
}

/// The files of `release`; `remarks` takes what its user should know about them.
///
/// # Errors
/// No chart can be made of it.
pub fn content(release: &Release, rendered: &Rendered, remarks: &mut Vec<String>) -> Result<Tree, Problems> {
    Ok(match release.format {
        Format::Manifests => write::files(&rendered.bundle, false),
        Format::Kustomize => write::files(&rendered.bundle, true),
        Format::Chart => {
            let chart = write::chart(rendered, &write::ChartOptions::default())?;
            remarks.extend(chart.remarks);
            chart.files
        }
    })
}

/// That no folder is reached through a symbolic link, which could lead out of the repository.
fn check_links(root: &Path, outputs: &BTreeSet<&str>) -> Result<(), Problems> {
    let above: BTreeSet<&str> =
        outputs.iter().flat_map(|output| output.match_indices('/').map(|(end, _)| &output[..end])).collect();
    let problems: Vec<Problem> = above.into_iter().filter_map(|folder| tree::no_link(root, folder).err()).collect();
    if problems.is_empty() { Ok(()) } else { Err(Problems::new(problems, &Sources::default())) }
}

/// The change of a folder that is not itself a link.
fn change(tree: Tree, folder: &Path, notes: Vec<String>, force: bool) -> Result<FolderChange, Problem> {
    let change = tree.change(folder, notes, force)?;
    match change.is_through_link() {
        true => Err(Problem::new(Code::SYMBOLIC_LINK, format!("`{}` is a symbolic link", folder.display()))
            .help("output is not written through links; put a folder in its place")),
        false => Ok(change),
    }
}

impl Outputs {
    /// The files that are not as they should be, by path.
    pub fn files(&self) -> Vec<File> {
        let mut files: Vec<File> = self.folders.iter().flat_map(OutputFolder::files).collect();
        files.sort_unstable();
        files
    }

    /// How many files are as they should be.
    pub fn unchanged(&self) -> usize {
        self.folders.iter().map(|folder| folder.change.unchanged()).sum()
    }

    /// Makes all folders hold what they should, and removes what is left of releases that are gone.
    ///
    /// # Errors
    /// Writing or removing fails. Each file is whole or as it was then, and the next run completes what this one began.
    pub fn write(self) -> Result<Totals, Problems> {
        let Self { root, folders, .. } = self;
        let results: Vec<_> = folders.into_par_iter().map(|folder| Ok((folder.path, folder.change.apply()?))).collect();
        let join =
            |problems: Vec<Problem>| (!problems.is_empty()).then(|| Problems::new(problems, &Sources::default()));
        let mut totals = Totals::default();
        for (folder, Written { written, unchanged, removed }) in all(results, join)? {
            totals.written += written.len();
            totals.unchanged += unchanged;
            totals.removed += removed.len();
            if written.is_empty() && unchanged == 0 {
                tree::remove_empty(&root, &folder)?;
            }
        }
        Ok(totals)
    }

    /// Takes out of what is to be removed all that some release writes: a folder may have become part of another.
    fn spare(&mut self) {
        let by_path: HashMap<&str, &OutputFolder> =
            self.folders.iter().map(|folder| (folder.path.as_str(), folder)).collect();
        let spared = self.folders.iter().map(|folder| {
            let files = folder.change.files().into_iter();
            let removed = files.filter(|(_, state)| *state == FileState::Orphaned).map(|(path, _)| path);
            removed.filter(|path| is_written(&folder.below(path), &by_path)).map(str::to_owned).collect()
        });
        let spared: Vec<BTreeSet<String>> = spared.collect();
        for (folder, spared) in self.folders.iter_mut().zip(spared) {
            folder.change.spare(&spared);
        }
    }
}

/// Whether a release writes the file at `path` into one of `folders`.
fn is_written(path: &str, folders: &HashMap<&str, &OutputFolder>) -> bool {
    ancestors(path).any(|(folder, rest)| folders.get(folder).is_some_and(|folder| folder.change.has(rest)))
}

/// The folders that `path` is in, each with the path from there.
fn ancestors(path: &str) -> impl Iterator<Item = (&str, &str)> {
    let below = path.match_indices('/').map(|(end, _)| (&path[..end], &path[end + 1..]));
    std::iter::once(("", path)).chain(below)
}
