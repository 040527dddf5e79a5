//! The packs there are: those in the binary, and those of folders given on the command line.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use include_dir::{Dir, include_dir};

use super::environment::{Environment, PackFiles};
use crate::files;
use crate::path;
use crate::problem::{Code, Problem, Problems};
use crate::spec::suggest;
use crate::tree::FileKind;

static CHARTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/charts");
static VALUES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/values");

/// What every pack that uses a routemap shares: the weight ConfigMaps and the routemap itself.
const SHARED: &str = "_routemap";

/// What the templates of every pack can include.
const PARTIALS: &str = "_partials";

/// All packs, compiled when first asked for.
#[derive(Debug, Default)]
pub struct Catalog {
    packs: BTreeMap<String, LazyPack>,
    aliases: BTreeMap<String, String>,
    routemap: LazyPack,
    partials: Arc<BTreeMap<String, (String, String)>>,
}

/// A pack that is compiled when it is first asked for.
#[derive(Debug, Default)]
struct LazyPack {
    files: PackFiles,
    loaded: OnceLock<Result<Arc<Environment>, Problems>>,
}

impl LazyPack {
    fn new(files: PackFiles) -> Self {
        Self { files, loaded: OnceLock::new() }
    }

    fn load(&self, name: &str) -> Result<Arc<Environment>, Problems> {
        self.loaded.get_or_init(|| Environment::load(name, &self.files).map(Arc::new)).clone()
    }
}

impl Catalog {
    /// The packs in the binary.
    pub fn embedded() -> Self {
        let mut catalog = Self::default();
        let partials = CHARTS.get_dir(PARTIALS).into_iter().flat_map(|folder| folder.files()).filter_map(|file| {
            let name = file.path().file_stem()?.to_str()?;
            Some((name.to_string(), (format!("charts/{PARTIALS}/{name}.yaml"), file.contents_utf8()?.to_string())))
        });
        catalog.partials = Arc::new(partials.collect());
        for folder in CHARTS.dirs().filter(|folder| !folder.path().ends_with(PARTIALS)) {
            let Some(name) = folder.path().file_name().and_then(|name| name.to_str()) else { continue };
            let files = folder.files().filter_map(|file| {
                Some((file.path().file_name()?.to_str()?.to_string(), file.contents_utf8()?.to_string()))
            });
            let values = format!("{name}.yaml");
            let defaults = VALUES.get_file(&values).and_then(|file| file.contents_utf8());
            let files = PackFiles {
                folder: format!("charts/{name}"),
                files: files.collect(),
                partials: catalog.partials.clone(),
                defaults: defaults.map(|text| (format!("values/{values}"), text.to_string())),
            };
            if name == SHARED {
                catalog.routemap = LazyPack::new(PackFiles { partials: Arc::default(), ..files });
            } else {
                catalog.add(name, files);
            }
        }
        catalog
    }

    /// Adds the packs of `folder`, one a subfolder; one that is there already is replaced.
    ///
    /// # Errors
    /// What cannot be read, or a folder without a pack.
    pub fn add_folder(&mut self, folder: &Path) -> Result<(), Problems> {
        self.add_packs(&files::Files::Disk(folder.to_path_buf()), "")
    }

    /// Adds the packs of a `folder` of `from`, as [`add_folder`](Self::add_folder) does.
    ///
    /// # Errors
    /// What cannot be read, or a folder without a pack.
    pub fn add_packs(&mut self, from: &files::Files, folder: &str) -> Result<(), Problems> {
        let Some(entries) = from.entries(folder)? else {
            return Err(Problem::new(
                Code::UNREADABLE_FILE,
                format!("cannot read `{}`: it is not a folder", from.name(folder)),
            )
            .into());
        };
        let mut has_packs = false;
        for entry in entries.into_iter().filter(|entry| entry.kind == FileKind::Folder) {
            let path = path::below(folder, &entry.name);
            let entries = from.entries(&path)?.unwrap_or_default();
            if !entries.iter().any(|entry| entry.name == "pack.yaml" && entry.kind == FileKind::File) {
                continue;
            }
            has_packs = true;
            let mut files =
                PackFiles { folder: from.name(&path), partials: self.partials.clone(), ..PackFiles::default() };
            for file in entries.into_iter().filter(|entry| entry.name.ends_with(".yaml")) {
                let path = path::below(&path, &file.name);
                let text = from.text(&path)?.ok_or_else(|| {
                    Problem::new(Code::UNREADABLE_FILE, format!("cannot read `{}`: it is not a file", from.name(&path)))
                })?;
                if file.name == "values.yaml" {
                    files.defaults = Some((from.name(&path), text));
                } else {
                    files.files.insert(file.name, text);
                }
            }
            self.add(&entry.name, files);
        }
        if has_packs {
            return Ok(());
        }
        let problem = Problem::new(Code::NO_PACKS, format!("`{}` has no packs", from.name(folder)));
        Err(problem.help("each of its subfolders with a pack.yaml is one; see docs/packs.md").into())
    }

    fn add(&mut self, name: &str, files: PackFiles) {
        self.aliases.retain(|_, target| target != name);
        let header = files.files.get("pack.yaml").map_or("", String::as_str);
        for alias in aliases_in(header) {
            self.aliases.insert(alias, name.to_string());
        }
        self.packs.insert(name.to_string(), LazyPack::new(files));
    }

    /// The names of all environments, without aliases.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.packs.keys().map(String::as_str)
    }

    /// The other names of environments.
    pub fn aliases(&self) -> impl Iterator<Item = &str> {
        self.aliases.keys().map(String::as_str)
    }

    /// The environment called `name`, or with that alias.
    ///
    /// # Errors
    /// There is none, or its pack has problems.
    pub fn environment(&self, name: &str) -> Result<Arc<Environment>, Problems> {
        let folder = self.aliases.get(name).map_or(name, String::as_str);
        match self.packs.get(folder) {
            Some(pack) => pack.load(folder),
            None => Err(self.unknown(name).into()),
        }
    }

    /// What every pack with a routemap shares.
    ///
    /// # Errors
    /// The pack has problems.
    pub fn routemap(&self) -> Result<Arc<Environment>, Problems> {
        self.routemap.load(SHARED)
    }

    /// Whether an environment or an alias is called `name`.
    pub fn contains(&self, name: &str) -> bool {
        self.packs.contains_key(name) || self.aliases.contains_key(name)
    }

    /// The problem of naming an environment that is not there.
    pub fn unknown(&self, name: &str) -> Problem {
        let near = suggest::nearest(name, self.names().chain(self.aliases()));
        let hint = near.map_or_else(String::new, |near| format!("did you mean `{near}`? "));
        let names: Vec<&str> = self.names().collect();
        Problem::new(Code::NO_SUCH_ENVIRONMENT, format!("there is no environment `{name}`"))
            .help(format!("{hint}there are {}", names.join(", ")))
    }
}

/// The aliases that a `pack.yaml` names, read without compiling the pack.
fn aliases_in(header: &str) -> Vec<String> {
    #[derive(serde::Deserialize)]
    struct AliasesOfHeader {
        #[serde(default)]
        aliases: Vec<String>,
    }
    // Most packs have none, and parsing every header would slow down each start of the program.
    if !header.contains("\naliases:") && !header.starts_with("aliases:") {
        return Vec::new();
    }
    serde_yaml::from_str::<AliasesOfHeader>(header).map(|header| header.aliases).unwrap_or_default()
}
