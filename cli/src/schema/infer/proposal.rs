//! The proposal of a descriptor for a file, with remarks.

use std::path::Path;
use std::time::SystemTime;

use message::invisible::is_blank;

use super::candidates::{self, Candidate};
use super::choice::choose;
use super::context::Context;
use super::declaration::{Descriptor, Field, Resource, Schema};
use super::input::{Input, InputError};
use super::layout::Layout;
use super::missing_values::missing_values;
use super::names::{self, Names};
use super::remark::{Remark, quoted};
use super::survey::Survey;
use super::trial::Trial;
use super::{encoding, key};

/// The number of bytes by which the layout of a text is detected.
const HEAD_BYTES: usize = 1024 * 1024;
/// A leap year in seconds.
const YEAR: u64 = 366 * 24 * 60 * 60;
/// The most columns that one remark names.
const MAX_NAMED: usize = 12;

/// A proposed descriptor, with remarks about it.
#[derive(Debug)]
pub struct Proposal {
    /// The descriptor, as JSON.
    pub json: String,
    /// The remarks: what was seen, and what to check.
    pub remarks: Vec<Remark>,
}

/// Why no descriptor can be proposed. [`ProposalError::remedy`] says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum ProposalError {
    /// The file cannot be read.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The file has no columns.
    #[error("the file has no columns")]
    Empty,
    /// The descriptor cannot be written, which is a fault of this command.
    #[error("the descriptor cannot be written: {0}")]
    Unwritten(String),
}

impl ProposalError {
    /// What to do about the error, in a sentence.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Input(InputError::Irregular { .. }) => "It is read several times: save it to a file first",
            Self::Input(_) => "Name a CSV file that exists and is complete; it may be compressed",
            Self::Empty => "Name a file that has a row of names and some rows",
            Self::Unwritten(_) => "This is a fault of the command; please report it with the file's first lines",
        }
    }
}

/// Proposes a descriptor for files like this one. `wanted` is the encoding that the user names.
///
/// # Errors
/// [`ProposalError`].
pub fn of_file(path: &Path, wanted: Option<&'static encoding_rs::Encoding>) -> Result<Proposal, ProposalError> {
    let mut remarks = Vec::new();
    let plain = Input {
        path,
        encoding: encoding::declared(wanted),
    };
    plain.check()?;
    let encoding = match wanted {
        Some(wanted) => Some(wanted),
        None => encoding::detect(&plain, &mut remarks)?,
    };
    let sample = Input {
        path,
        encoding: encoding::declared(encoding),
    };
    let (head, is_whole) = sample.head(HEAD_BYTES)?;
    let mut layout = Layout::of(&text_of(&head, is_whole));
    let candidates = candidates::all().map_err(|faults| ProposalError::Unwritten(faults.to_string()))?;
    let survey = Survey::of(&sample, &layout.rows(), &candidates)?;
    if survey.columns.is_empty() {
        return Err(ProposalError::Empty);
    }
    remarks.append(&mut layout.remarks);
    let names = name_columns(&survey, &mut layout);
    remarks.extend(names.remarks.iter().cloned());
    let (fields, missing_values, of_columns) = describe(&survey, &candidates, &layout, &names);
    remarks.extend(of_columns);
    remarks.extend(survey.remarks());

    let dialect = layout.rows();
    let search = key::search(&sample, &dialect, &survey, &fields)?;
    let mut schema = Schema::new(fields.iter().flatten().cloned().collect());
    schema.missing_values = missing_values;
    let mut resource = Resource::new(slug(path), layout.dialect, schema);
    resource.encoding = encoding.map(encoding_rs::Encoding::name);
    remarks.push(Remark::of_property(
        "path",
        "is left out; put a small sample beside the descriptor and name it in `path`: the whole folder goes into the layer",
    ));
    remarks.push(Remark::of_property(
        "s3:keys",
        "every object is of this kind; give each of several kinds a resource with its folder, such as \"readings/**\"",
    ));
    remarks.extend(key::declare(&search, &fields, &mut resource));
    remarks.extend(key::make_room(&mut resource));
    remarks.extend(always_there(&survey, &names));

    let descriptor = Descriptor { resources: [resource] };
    let json =
        serde_json::to_string_pretty(&descriptor).map_err(|error| ProposalError::Unwritten(error.to_string()))?;
    remarks.extend(Trial::of(&json, &sample)?.remarks());
    Ok(Proposal {
        json: format!("{json}\n"),
        remarks,
    })
}

/// The beginning of a text, cut after its last line end unless it is whole.
fn text_of(head: &[u8], is_whole: bool) -> String {
    let end = if is_whole {
        head.len()
    } else {
        head.iter()
            .rposition(|byte| matches!(byte, b'\n' | b'\r'))
            .map_or(head.len(), |at| at + 1)
    };
    String::from_utf8_lossy(&head[..end]).into_owned()
}

/// Names the columns. If the names are ambiguous, the layout skips their row.
fn name_columns(survey: &Survey, layout: &mut Layout) -> Names {
    if layout.header_line.is_none() || survey.header.is_empty() {
        return Names::numbered(survey.columns.len());
    }
    let has_values: Vec<bool> = survey.columns.iter().map(|column| column.values > 0).collect();
    let names = Names::of_header(&survey.header, &has_values);
    if names.by_position {
        layout.without_names();
    }
    names
}

/// The field of each column, the texts for a missing value in the whole file, and remarks.
fn describe(
    survey: &Survey,
    candidates: &[Candidate],
    layout: &Layout,
    names: &Names,
) -> (Vec<Option<Field>>, Vec<String>, Vec<Remark>) {
    let semicolons = layout.dialect.delimiter == ";";
    let context = Context::of(&survey.columns, candidates, semicolons, latest());
    let mut remarks = Vec::new();
    let mut fields: Vec<Option<Field>> = Vec::new();
    let mut taken: Vec<String> = names.fields.iter().flatten().cloned().collect();
    for (column, name) in survey.columns.iter().zip(&names.fields) {
        fields.push(name.as_ref().map(|name| {
            let choice = choose(name, column, candidates, &context);
            remarks.extend(choice.remarks.into_iter().map(|text| Remark::of_column(name, text)));
            let attribute = names::attribute_of(name, layout.commented_header, &taken);
            taken.extend(attribute.clone());
            Field {
                name: name.clone(),
                form: choice.form,
                missing_values: Vec::new(),
                attribute,
            }
        }));
    }
    let missing_values = missing_values(&survey.columns, &mut fields, &mut remarks);
    (fields, missing_values, remarks)
}

/// A remark that names the columns with a value in every row.
fn always_there(survey: &Survey, names: &Names) -> Option<Remark> {
    let columns = survey.columns.iter().zip(&names.fields);
    let full: Vec<String> = columns
        .filter(|(column, _)| survey.rows > 0 && column.missing == 0)
        .filter_map(|(_, name)| name.as_deref().map(quoted))
        .collect();
    let rest = full.len().saturating_sub(MAX_NAMED);
    let listed = full[..full.len().min(MAX_NAMED)].join(", ");
    let more = if rest > 0 {
        format!(" and {rest} more")
    } else {
        String::new()
    };
    (!full.is_empty()).then(|| {
        Remark::of_property(
            "required",
            format!("no row lacks {listed}{more}; add \"constraints\": {{\"required\": true}} where none ever may"),
        )
    })
}

/// The latest plausible time, a year from now, in seconds since the Unix epoch.
fn latest() -> f64 {
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    std::time::Duration::from_secs(now.as_secs() + YEAR).as_secs_f64()
}

/// The name of the resource: that of the file, in lower case.
fn slug(path: &Path) -> String {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    let letters: String = stem
        .chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() || letter == '_' {
                letter
            } else {
                '-'
            }
        })
        .collect();
    let slug = letters.trim_matches('-');
    if is_blank(slug) {
        "files".to_owned()
    } else {
        slug.to_owned()
    }
}
