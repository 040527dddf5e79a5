//! One spec of an application, its versions and its rollout in; manifests or an Iter8 routemap out.
//!
//! [`render()`] reads and layers the user's files and resolves them into the objects of a release. [`manifests`] prints these,
//! [`chart`] makes a Helm chart of them, and [`diff()`] compares two sets of objects.
//!
//! ```
//! use helmwright::{Catalog, ChartOptions, Input, Inputs, Problems, ReleaseName, chart, manifests, render};
//!
//! let text = "
//! environment: deployment-istio
//! application:
//!   strategy: blue-green
//!   versions:
//!   - image: registry.example/shop:1.0.0
//!     weight: 90
//!   - image: registry.example/shop:2.0.0
//!     weight: 10
//! ";
//! let inputs = Inputs {
//!     files: vec![Input::Text { name: "release.yaml".into(), text: text.into() }],
//!     ..Inputs::default()
//! };
//! let release = ReleaseName { name: Some("shop".into()), namespace: Some("prod".into()) };
//! let rendered = render(&inputs, &release, &Catalog::embedded())?;
//! assert!(manifests(&rendered.bundle).contains("name: shop-routemap"));
//! let chart = chart(&rendered, &ChartOptions { version: Some("1.0.0".into()) })?;
//! assert_eq!(chart.package().map(|(file, _)| file).as_deref(), Ok("shop-1.0.0.tgz"));
//! # Ok::<(), Problems>(())
//! ```
//!
//! The names below are the stable part of this library. The modules are there for the program, its tests and its benchmarks;
//! they are hidden, and may change at any time.

pub use bundle::Manifest;
pub use diff::{DiffOptions, ObjectDiff, diff};
pub use objects::Objects;
pub use pack::Catalog;
pub use plan::ReleaseName;
pub use problem::Problems;
pub use render::{Rendered, render};
pub use spec::{Input, Inputs};
pub use write::{Chart, ChartOptions, chart, manifests};

#[doc(hidden)]
pub mod bundle;
#[doc(hidden)]
pub mod cli;
#[doc(hidden)]
pub mod delivery;
#[doc(hidden)]
pub mod diff;
#[doc(hidden)]
pub mod files;
#[doc(hidden)]
pub mod fix_plan;
#[doc(hidden)]
pub mod git;
#[doc(hidden)]
pub mod impact;
#[doc(hidden)]
pub mod kinds;
#[doc(hidden)]
pub mod lint;
#[doc(hidden)]
pub mod node;
#[doc(hidden)]
pub mod objects;
#[doc(hidden)]
pub mod pack;
#[doc(hidden)]
pub mod path;
#[doc(hidden)]
pub mod plan;
#[doc(hidden)]
pub mod problem;
#[doc(hidden)]
pub mod render;
#[doc(hidden)]
pub mod report;
#[doc(hidden)]
pub mod review;
#[doc(hidden)]
pub mod rules;
#[doc(hidden)]
pub mod sides;
#[doc(hidden)]
pub mod source;
#[doc(hidden)]
pub mod spec;
#[doc(hidden)]
pub mod template;
#[doc(hidden)]
pub mod traffic;
#[doc(hidden)]
pub mod transition;
#[doc(hidden)]
pub mod tree;
#[doc(hidden)]
pub mod workspace;
#[doc(hidden)]
pub mod write;
#[doc(hidden)]
pub mod yaml;
