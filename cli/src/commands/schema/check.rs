//! `messages schema check`: checks a descriptor, and shows what the extractor would make of files.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use message::WriteMode;

use crate::arguments::schema::{Check, DEFAULT_DESCRIPTOR};
use crate::commands::error::Error;
use crate::commands::output::result;
use crate::exit_code::{GOOD, SOME_LOST};
use crate::files;
use crate::schema::check;
use crate::schema::descriptor::Descriptor;
use crate::schema::object_key::{self, NamedFile, Naming};
use crate::schema::report::descriptor::{of_deployment, of_descriptor};
use crate::schema::report::file::{of_file, of_undescribed, of_unread};
use crate::screen::Screen;
use crate::screen::paint::Paint;

/// Checks a descriptor and the files that are named, or else those that its resources name. Returns the exit code.
///
/// # Errors
/// When the descriptor is wrong, a file cannot be read, or the key of an object is named without a file.
pub fn run(arguments: &Check) -> Result<u8, Error> {
    let (path, names) = split(arguments);
    if names.is_empty() {
        refuse_naming(arguments)?;
    }
    let descriptor = Descriptor::read(&path, &arguments.key)?;
    let naming = Naming {
        prefix: arguments.prefix.as_deref(),
        key: arguments.object_key.as_deref(),
    };
    let files = if names.is_empty() {
        object_key::samples(&descriptor)
    } else {
        let paths = files::regular(names, naming.key).map_err(Error::Checked)?;
        paths
            .iter()
            .map(|path| object_key::name(&descriptor, path, naming))
            .collect::<Result<_, _>>()
            .map_err(Error::Checked)?
    };
    let paint = Paint::of_stdout();
    result(&of_descriptor(&descriptor, arguments.write_mode))?;
    let mut code = GOOD;
    for file in &files {
        code = code.max(check_file(&descriptor, file, arguments.write_mode, paint)?);
    }
    result(&of_deployment(&descriptor))?;
    Ok(code)
}

/// Refuses options that would have no effect without files.
fn refuse_naming(arguments: &Check) -> Result<(), Error> {
    if arguments.prefix.is_some() {
        return Err(Error::NamingWithoutFiles("--prefix"));
    }
    if arguments.object_key.is_some() {
        return Err(Error::NamingWithoutFiles("--key"));
    }
    Ok(())
}

/// The descriptor and the files. The first name is the descriptor's if it ends in .json, in any letter case.
fn split(arguments: &Check) -> (PathBuf, &[OsString]) {
    let is_descriptor = |name: &OsString| {
        let extension = Path::new(name).extension();
        extension.is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
    };
    match arguments.names.split_first() {
        Some((first, files)) if is_descriptor(first) => (first.into(), files),
        _ => (DEFAULT_DESCRIPTOR.into(), &arguments.names),
    }
}

fn check_file(descriptor: &Descriptor, file: &NamedFile, stack: WriteMode, paint: Paint) -> Result<u8, Error> {
    if !file.is_read() {
        result(&of_unread(file, paint))?;
        return Ok(SOME_LOST);
    }
    let Some(resource) = &file.resource else {
        result(&of_undescribed(descriptor, file, paint))?;
        return Ok(SOME_LOST);
    };
    let screen = Screen::new(file.path.metadata().map_or(0, |file| file.len()));
    let checked = check::file(file, resource, &descriptor.key.key, stack, |bytes| {
        screen.advance(bytes);
    });
    screen.clear();
    let checked = checked?;
    result(&of_file(descriptor, file, resource.name(), &checked, paint))?;
    let is_good = checked.problem.is_none() && checked.rejections.rows == 0;
    Ok(if is_good { GOOD } else { SOME_LOST })
}
