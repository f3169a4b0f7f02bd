//! The place of a descriptor, for the commands that deploy it.

use std::path::{Component, Path, PathBuf};

/// The folder of the repository that this command is built in. It has the template and the Makefile.
const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
/// The folder of the repository that the template makes a layer of.
const LAYER: &str = "schema";
/// The folder where the function finds that layer.
const DEPLOYED_FOLDER: &str = "/opt";
/// The path in the layer of a descriptor that is copied into it.
const DESCRIPTOR: &str = "datapackage.json";

/// The place of a descriptor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The path, as it was named.
    path: PathBuf,
    /// The absolute path.
    absolute: PathBuf,
    /// The folder of the repository.
    root: PathBuf,
    /// Whether the repository is the current folder.
    is_root_here: bool,
    /// The path below the layer's folder, with slashes; `None` when the descriptor is not in the layer.
    in_layer: Option<String>,
}

impl Place {
    /// Finds the place of the descriptor with this path.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let root = resolved(Path::new(REPOSITORY));
        let here = std::env::current_dir().map_or_else(|_| PathBuf::from("/"), |here| resolved(&here));
        Self::seen_from(&root, &here, path)
    }

    /// Finds the place of a descriptor, for this repository and this current folder.
    pub(super) fn seen_from(root: &Path, here: &Path, path: &Path) -> Self {
        let absolute = here.join(path);
        let folder = absolute.parent().map(resolved);
        let real = folder.zip(absolute.file_name()).map(|(folder, name)| folder.join(name));
        let in_layer = real
            .as_deref()
            .and_then(|real| real.strip_prefix(root.join(LAYER)).ok())
            .and_then(with_slashes);
        Self {
            path: path.to_owned(),
            absolute,
            root: root.to_owned(),
            is_root_here: root == here,
            in_layer,
        }
    }

    /// The path where the function finds the descriptor, which is in the layer or is copied into it.
    #[must_use]
    pub fn deployed_path(&self) -> String {
        format!("{DEPLOYED_FOLDER}/{}", self.in_layer.as_deref().unwrap_or(DESCRIPTOR))
    }

    /// The path to which the descriptor must be copied before it is deployed to AWS; `None` when it is in the layer.
    #[must_use]
    pub fn copy_to(&self) -> Option<PathBuf> {
        let root = self.folder_to_change_to().unwrap_or(Path::new(""));
        let copy = root.join(LAYER).join(DESCRIPTOR);
        self.in_layer.is_none().then_some(copy)
    }

    /// The folder of the repository; `None` when it is the current folder.
    #[must_use]
    pub fn folder_to_change_to(&self) -> Option<&Path> {
        (!self.is_root_here).then_some(&self.root)
    }

    /// The path of the descriptor for a command that runs in the folder of the repository.
    #[must_use]
    pub fn path_for_make(&self) -> &Path {
        if self.is_root_here { &self.path } else { &self.absolute }
    }
}

/// A folder with its links resolved; unchanged if it does not exist.
fn resolved(folder: &Path) -> PathBuf {
    folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
}

fn with_slashes(path: &Path) -> Option<String> {
    let steps = path.components().map(|step| match step {
        Component::Normal(step) => step.to_str(),
        _ => None,
    });
    Some(steps.collect::<Option<Vec<_>>>()?.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_descriptor_in_the_layer_is_deployed_from_where_it_is() {
        let root = resolved(Path::new(REPOSITORY));
        for (here, path, deployed) in [
            ("", "schema/datapackage.json", "/opt/datapackage.json"),
            (
                "",
                "schema/examples/dump/datapackage.json",
                "/opt/examples/dump/datapackage.json",
            ),
            (
                "schema/examples/dump",
                "datapackage.json",
                "/opt/examples/dump/datapackage.json",
            ),
            ("docs", "../schema/mine.json", "/opt/mine.json"),
        ] {
            let here = if here.is_empty() { root.clone() } else { root.join(here) };
            let place = Place::seen_from(&root, &here, Path::new(path));
            assert_eq!(
                (place.deployed_path().as_str(), place.copy_to()),
                (deployed, None),
                "{path}"
            );
        }
    }

    #[test]
    fn a_descriptor_elsewhere_is_copied_into_the_layer() {
        let root = resolved(Path::new(REPOSITORY));
        for (here, path, copy) in [
            (root.clone(), "mine.json", PathBuf::from("schema/datapackage.json")),
            (
                root.clone(),
                "/tmp/datapackage.json",
                PathBuf::from("schema/datapackage.json"),
            ),
            (
                PathBuf::from("/tmp"),
                "schema/mine.json",
                root.join("schema/datapackage.json"),
            ),
        ] {
            let place = Place::seen_from(&root, &here, Path::new(path));
            assert_eq!(place.deployed_path(), "/opt/datapackage.json", "{path}");
            assert_eq!(place.copy_to(), Some(copy), "{path}");
        }
    }
}
