//! A stack with a data package.

use std::sync::Arc;

use message::{KeyAttribute, KeyType, TableKey};
use s3_to_sqs::data_package::DataPackage;
use schema::Package;

use super::World;

impl World {
    /// The file in a stack with this descriptor as its data package, and a table with these string key attributes.
    pub fn declaring(file: &[u8], descriptor: &str, partition: &str, sort: Option<&str>) -> Self {
        let mut world = Self::of(file);
        let attribute = |name: &str| KeyAttribute {
            name: name.to_owned(),
            key_type: KeyType::S,
        };
        let config = &mut world.extractor.config;
        config.table_key = Some(TableKey {
            partition: attribute(partition),
            sort: sort.map(attribute),
        });
        let package = Package::load(descriptor, &config.table()).unwrap_or_else(|faults| panic!("{faults}"));
        world.extractor.data_package = DataPackage::Loaded(Arc::new(package));
        world
    }
}
