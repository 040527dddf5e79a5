//! placeholder until merged
use crate::problem::Problem;
use crate::source::SourceId;
use crate::yaml::Yaml;
/// f
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag { /// s
 Set, /// s
 SetString, /// s
 SetJson, /// s
 SetFile, /// s
 SetLiteral }
impl Flag {
    /// The flags in the order in which Helm applies them.
    pub const ORDER: [Flag; 5] = [Flag::SetJson, Flag::Set, Flag::SetString, Flag::SetFile, Flag::SetLiteral];
    /// The flag as the user writes it.
    pub fn name(self) -> &'static str { match self { Flag::Set => "--set", Flag::SetString => "--set-string", Flag::SetJson => "--set-json", Flag::SetFile => "--set-file", Flag::SetLiteral => "--set-literal" } }
}
/// f
/// # Errors
/// x
pub fn apply(_base: &mut Yaml, _text: &str, _flag: Flag, _source: SourceId, _read_file: &mut dyn FnMut(&str) -> Result<String, String>) -> Result<(), Problem> { Ok(()) }
