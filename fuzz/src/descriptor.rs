//! The bytes of `datapackage.json` -> plans of its resources.

use message::{KeyAttribute, KeyType, TableKey};
use schema::{Package, Resource, Table};

use crate::table::TABLE;

/// The name and the type of a key attribute.
type Attribute = (&'static str, KeyType);

/// The keys of the tables that a descriptor may be for: those of the sample, of the hard example, and of numbers.
const KEYS: [(Attribute, Option<Attribute>); 4] = [
    (("date", KeyType::S), Some(("time", KeyType::S))),
    (("pk", KeyType::S), Some(("sk", KeyType::S))),
    (("pk", KeyType::N), Some(("sk", KeyType::N))),
    (("pk", KeyType::S), None),
];

/// Checks an input: its first byte says which key the table has, counted from `0`; the rest is the descriptor.
///
/// # Panics
/// When a descriptor is refused without a fault or a place, or a resource that is taken is another one when its own JSON is
/// read.
pub fn check(input: &[u8]) {
    let [key, text @ ..] = input else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let table = table(*key);
    match Package::load(text, &table) {
        Ok(package) => {
            for resource in package.resources() {
                check_again(resource, &table);
            }
        }
        Err(faults) => {
            assert!(!faults.all().is_empty(), "refused for nothing");
            for fault in faults.all() {
                let is_pointer = fault.pointer.is_empty() || fault.pointer.starts_with('/');
                assert!(is_pointer, "{} is no pointer", fault.pointer);
                assert!(fault.violation.to_string().len() > 5, "{fault} gives no reason");
            }
        }
    }
}

/// The table that a byte stands for.
pub(crate) fn table(key: u8) -> Table {
    let attribute = |(name, key_type): Attribute| KeyAttribute {
        name: name.to_owned(),
        key_type,
    };
    let (partition, sort) = KEYS[usize::from(key.wrapping_sub(b'0')) % KEYS.len()];
    Table {
        name: TABLE.to_owned(),
        key: TableKey {
            partition: attribute(partition),
            sort: sort.map(attribute),
        },
    }
}

/// What the continuation of an object carries is the same resource.
fn check_again(resource: &Resource, table: &Table) {
    let again = Resource::load(resource.json(), table);
    let again = again.unwrap_or_else(|faults| panic!("{} is refused alone: {faults}", resource.json()));
    assert_eq!(again.json(), resource.json());
    assert_eq!(again.dialect(), resource.dialect());
    assert_eq!(
        (again.name(), again.encoding(), again.write()),
        (resource.name(), resource.encoding(), resource.write())
    );
}
