//! One spec of an application, its versions and its rollout in; manifests or an Iter8 routemap out.
//!
//! Data flows one way: [`spec`] reads and layers the user's files, [`plan`] resolves every name and makes the traffic
//! data, [`pack`] says it in a platform's dialect as a tree of [`node`]s, and [`write`](mod@write) prints the tree.
//!
//! ```
//! use helmwright::pack::Catalog;
//! use helmwright::plan::Release;
//! use helmwright::render::render;
//! use helmwright::spec::{Input, Inputs};
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
//! let release = Release { name: Some("shop".into()), namespace: Some("prod".into()) };
//! let rendered = render(&inputs, &release, &Catalog::embedded())?;
//! let manifests = helmwright::write::manifests(&rendered.bundle);
//! assert!(manifests.contains("name: shop-routemap"));
//! # Ok::<(), helmwright::problem::Problems>(())
//! ```

pub mod bundle;
pub mod cli;
pub mod delivery;
pub mod diff;
pub mod files;
pub mod fix_plan;
pub mod git;
pub mod impact;
pub mod lint;
pub mod node;
pub mod objects;
pub mod pack;
pub mod path;
pub mod plan;
pub mod problem;
pub mod render;
pub mod report;
pub mod review;
pub mod source;
pub mod spec;
pub mod template;
pub mod traffic;
pub mod transition;
pub mod tree;
pub mod workspace;
pub mod write;
pub mod yaml;
