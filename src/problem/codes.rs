//! The table of codes, one file an area.

/// Makes each row a constant of [`Code`](super::code::Code), and lists them all, so that none is left out of the
/// documentation.
macro_rules! codes {
    ($($name:ident = $id:literal, $title:literal {
        why: $why:literal,
        how: $how:literal,
        example: $example:literal $(,)?
    })*) => {
        use crate::problem::code::{Code, Details};

        impl Code {
            $(
                #[doc = $title]
                pub const $name: Self = Self(&Details {
                    id: $id,
                    title: $title,
                    why: $why,
                    how: $how,
                    example: $example,
                });
            )*
        }

        pub(super) const ALL: &[Code] = &[$(Code::$name),*];
    };
}

mod arguments;
mod files;
mod git;
mod objects;
mod packs;
mod release;
mod spec;
mod workspace;
mod yaml;

use super::code::Code;

/// All codes, by area.
pub(super) const ALL: &[&[Code]] = &[
    files::ALL,
    yaml::ALL,
    spec::ALL,
    release::ALL,
    packs::ALL,
    objects::ALL,
    workspace::ALL,
    git::ALL,
    arguments::ALL,
];
