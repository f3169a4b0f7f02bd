//! The object that a file would become, and the resource that it would belong to.

use std::path::{Path, PathBuf};

use schema::Resource;

use super::descriptor::Descriptor;
use crate::files::error::FileError;
use crate::files::key_of;
use crate::key_rules;

/// The options that name the keys of objects.
#[derive(Clone, Copy, Debug, Default)]
pub struct Naming<'n> {
    /// The folder of the bucket.
    pub prefix: Option<&'n str>,
    /// The whole key.
    pub key: Option<&'n str>,
}

/// A file, as the object that it would become.
#[derive(Clone, Debug)]
pub struct NamedFile {
    /// The file's path.
    pub path: PathBuf,
    /// The key of the object.
    pub key: String,
    /// The resource that the object belongs to; `None` when none describes it.
    pub resource: Option<Resource>,
}

impl NamedFile {
    /// Whether the object's event goes to the extractor. This is checked before the resource.
    #[must_use]
    pub fn is_read(&self) -> bool {
        key_rules::has_suffix(&self.key)
    }
}

/// The files that resources name as their samples, below the folder of the descriptor. Each belongs to its resource, even if the
/// key does not match.
#[must_use]
pub fn samples(descriptor: &Descriptor) -> Vec<NamedFile> {
    let resources = descriptor.package.resources().iter().enumerate();
    let samples = resources.filter_map(|(index, resource)| {
        Some(NamedFile {
            path: sample_path(descriptor, resource)?,
            key: key_of_sample(descriptor, index, resource.path()?),
            resource: Some(resource.clone()),
        })
    });
    samples.collect()
}

/// Names the object that a file would become. The first of these counts: the key that the options name; the key of the sample, if
/// the file is the sample of a resource; its name, as `messages ingest` uploads it, or its path, whichever belongs to the earlier
/// resource.
///
/// # Errors
/// When the file's name is needed and is not UTF-8.
pub fn name(descriptor: &Descriptor, path: &Path, naming: Naming<'_>) -> Result<NamedFile, FileError> {
    let package = &descriptor.package;
    let named = |key: String| NamedFile {
        path: path.to_owned(),
        resource: package.resource_for(&key).cloned(),
        key,
    };
    if let Some(key) = naming.key {
        return Ok(named(key.to_owned()));
    }
    let uploaded = key_of(path, naming.prefix)?;
    if naming.prefix.is_some() {
        return Ok(named(uploaded));
    }
    let is_sample = |sample: &NamedFile| is_same_file(&sample.path, path);
    if let Some(sample) = samples(descriptor).into_iter().find(is_sample) {
        return Ok(NamedFile {
            path: path.to_owned(),
            ..sample
        });
    }
    let place = |key: &String| {
        let found = package.resource_for(key)?;
        package
            .resources()
            .iter()
            .position(|resource| resource.name() == found.name())
    };
    let candidates = [Some(uploaded), relative(path)].into_iter().flatten();
    let best = candidates.min_by_key(|key| place(key).unwrap_or(usize::MAX));
    Ok(named(best.unwrap_or_default()))
}

/// The path of the sample of a resource.
fn sample_path(descriptor: &Descriptor, resource: &Resource) -> Option<PathBuf> {
    Some(descriptor.path.parent()?.join(resource.path()?))
}

/// A key that a sample may have: its name, its path, or its name in the folder that the resource's first pattern begins with. The
/// first of these that the resource describes counts; otherwise its name.
fn key_of_sample(descriptor: &Descriptor, index: usize, path: &str) -> String {
    let file_name = path.rsplit('/').next().unwrap_or_default();
    let patterns = descriptor
        .outline
        .resources
        .get(index)
        .map_or(&[][..], |resource| &resource.keys);
    let folder = patterns
        .first()
        .and_then(|pattern| pattern.split('*').next()?.rsplit_once('/'));
    let in_folder = folder.map(|(folder, _)| format!("{folder}/{file_name}"));
    let name = descriptor.package.resources().get(index).map(Resource::name);
    let is_described = |key: &String| descriptor.package.resource_for(key).map(Resource::name) == name;
    let candidates = [Some(file_name.to_owned()), Some(path.to_owned()), in_folder];
    let found = candidates.into_iter().flatten().find(is_described);
    found.unwrap_or_else(|| file_name.to_owned())
}

/// A path below the current folder, as a key; `None` for other paths.
fn relative(path: &Path) -> Option<String> {
    let here = std::env::current_dir().ok()?;
    let below = if path.is_absolute() {
        path.strip_prefix(here).ok()?
    } else {
        path
    };
    let steps = below
        .components()
        .filter(|step| !matches!(step, std::path::Component::CurDir));
    let steps: Option<Vec<_>> = steps
        .map(|step| match step {
            std::path::Component::Normal(step) => step.to_str().map(str::to_owned),
            _ => None,
        })
        .collect();
    Some(steps?.join("/"))
}

fn is_same_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}
