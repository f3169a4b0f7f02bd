//! The settings that define the table's key.

use message::{KeyAttribute, TableKey};

use super::{VariableError, Variables};

/// The key of a table other than the message table, from `PARTITION_KEY` and the optional `SORT_KEY`. Their types are
/// `PARTITION_KEY_TYPE` and `SORT_KEY_TYPE`, by default `S`. `None` without `PARTITION_KEY`: the table is a message table.
///
/// # Errors
/// [`VariableError::Invalid`] for a type other than `S` and `N`.
pub fn table_key(variables: &Variables<'_>) -> Result<Option<TableKey>, VariableError> {
    let attribute = |name, type_name| {
        let key_type = variables.parsed(type_name, "S or N", |text| text.parse().ok())?;
        let attribute = |name| KeyAttribute {
            name,
            key_type: key_type.unwrap_or_default(),
        };
        Ok(variables.optional(name).map(attribute))
    };
    let partition = attribute("PARTITION_KEY", "PARTITION_KEY_TYPE")?;
    let sort = attribute("SORT_KEY", "SORT_KEY_TYPE")?;
    Ok(partition.map(|partition| TableKey { partition, sort }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key that these variables define, as `name:type` of each attribute.
    fn key(set: &[(&str, &str)]) -> Result<Option<String>, String> {
        let lookup = |wanted: &str| {
            let found = set.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, value)| (*value).to_owned())
        };
        let key = table_key(&Variables::new(lookup)).map_err(|error| error.to_string())?;
        Ok(key.map(|key| {
            let attributes = key
                .attributes()
                .map(|attribute| format!("{}:{}", attribute.name, attribute.key_type));
            attributes.collect::<Vec<_>>().join(" ")
        }))
    }

    #[test]
    fn a_table_has_the_key_that_the_settings_name() {
        assert_eq!(key(&[]), Ok(None));
        assert_eq!(key(&[("PARTITION_KEY", ""), ("SORT_KEY", "time")]), Ok(None));
        assert_eq!(key(&[("PARTITION_KEY", "id")]), Ok(Some("id:S".into())));
        let all = [
            ("PARTITION_KEY", "pk"),
            ("PARTITION_KEY_TYPE", "N"),
            ("SORT_KEY", "sk"),
            ("SORT_KEY_TYPE", "N"),
        ];
        assert_eq!(key(&all), Ok(Some("pk:N sk:N".into())));
        assert_eq!(key(&all[..3]), Ok(Some("pk:N sk:S".into())));
    }

    #[test]
    fn a_type_that_is_none_is_named() {
        assert_eq!(
            key(&[("PARTITION_KEY", "pk"), ("PARTITION_KEY_TYPE", "B")]).unwrap_err(),
            "the environment variable PARTITION_KEY_TYPE is `B`; set it to S or N"
        );
    }
}
