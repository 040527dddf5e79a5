//! Where a finding stands that is about more than one value: in the new side's spec, as near to the cause as can be.

use super::{Transition, version_of};
use crate::bundle::{Identity, Manifest};
use crate::node::{Node, Origin, Path};
use crate::plan::Version;
use crate::rules::{Position, locate};
use crate::source::At;

impl<'a> Transition<'a> {
    /// A value of an object of the new side.
    pub fn at_value(&self, object: &Manifest, value: &Node) -> Position {
        let position = locate(self.new.objects, object, value);
        Position { at: position.at.or_else(|| self.versions_at()), ..position }
    }

    /// An object that routes: where the spec makes it, the versions are what it follows from.
    pub fn at_route(&self, route: &Manifest) -> Position {
        let at = self.versions_at().or_else(|| self.object_at(&route.identity));
        Position { object: route.identity.clone(), path: Path::default(), at }
    }

    /// An object of either side as a whole.
    pub fn at_object(&self, object: &Identity) -> Position {
        let at = self.object_at(object).or_else(|| self.versions_at());
        Position { object: object.clone(), path: Path::default(), at }
    }

    /// A field of an object's metadata, or else the object.
    pub fn at_metadata(&self, object: &Identity, field: &str) -> Position {
        let Some(object) = self.impact.sides.after.object(object) else { return self.at_object(object) };
        self.at_value(object, object.node.at(&["metadata", field]).unwrap_or(&object.node))
    }

    /// A version, by its version pair, and the field of it that the spec has; `None` where there is no such version.
    pub fn at_version(&self, version_pair: usize, field: &str) -> Option<Position> {
        let workload = self.impact.after(version_pair).or_else(|| self.impact.before(version_pair))?;
        let at = self
            .field_at(version_pair, field)
            .or_else(|| self.object_at(&workload.object))
            .or_else(|| self.versions_at());
        Some(Position { object: workload.object.clone(), path: Path::default(), at })
    }

    /// Where an object of the new side stands.
    fn object_at(&self, identity: &Identity) -> Option<At> {
        let object = self.impact.sides.after.object(identity)?;
        locate(self.new.objects, object, &object.node).at
    }

    /// Where a field of a version, or else the version, stands in the new side's spec.
    fn field_at(&self, version_pair: usize, field: &str) -> Option<At> {
        let version = self.version(version_pair)?;
        self.user_place(version.get(field).origin()).or_else(|| self.user_place(version.origin()))
    }

    /// Where the versions stand in the new side's spec.
    fn versions_at(&self) -> Option<At> {
        self.user_place(self.new.rendered?.spec.get(&["application", "versions"]).origin())
    }

    /// Where a value of the new side's spec stands, if that is in the user's files.
    fn user_place(&self, origin: Origin) -> Option<At> {
        let places = &self.new.rendered?.spec.places;
        places.at(origin).filter(|at| !at.is_in_pack())
    }

    /// The version of the new side's plan that a version pair is.
    fn version(&self, version_pair: usize) -> Option<&'a Version> {
        let (rendered, workload) = (self.new.rendered?, self.impact.after(version_pair)?);
        let index = version_of(&rendered.plan, workload)?;
        rendered.plan.versions.get(index).map(|version| &**version)
    }
}
