//! Makes the steps that write a body.

use message::KeyAttribute;

use super::attributes::{Attribute, AttributeSource};
use super::place::{CompiledPlace, Plainness};
use super::steps::{Assembler, Literal, Step, quoted};
use super::{BodyPlan, MergeAttribute, MergePlan};
use crate::cell::reader::Reader;
use crate::descriptor::field::{Field, OnMissing};
use crate::descriptor::item::ItemValue;
use crate::descriptor::kind::Kind;
use crate::descriptor::resource::Resource;
use crate::descriptor::spec::Spec;
use crate::descriptor::template::{Place, Source, TemplatePart};
use crate::table::Table;

/// Makes the steps that write the bodies of a resource's messages.
pub(crate) struct BodyWriter<'w> {
    pub resource: &'w Resource,
    pub table: &'w Table,
    pub partition: Plainness,
    pub sort: Plainness,
    /// Fields that the key needs: a row that lacks one of them is rejected.
    pub needed_by_key: Vec<usize>,
}

impl BodyWriter<'_> {
    fn fields(&self) -> &[Field] {
        &self.resource.schema.fields
    }

    pub fn put(&self, attributes: &[Attribute<'_>]) -> BodyPlan {
        let mut steps = Assembler::default();
        steps.push(Step::Literal(self.table_member()));
        steps.push(Step::Mode);
        steps.json(",\"Item\":{");
        for attribute in attributes {
            self.member(attribute, &mut steps);
        }
        if self.resource.keeps_unknown {
            steps.push(Step::Kept);
        }
        steps.close();
        steps.json("}}");
        BodyPlan::Put(steps.finish())
    }

    /// `{"TableName":…`
    pub fn table_member(&self) -> Literal {
        Literal::of_json(&format!("{{\"TableName\":{}", quoted(&self.table.name)))
    }

    pub fn delete(&self) -> BodyPlan {
        let mut steps = Assembler::default();
        self.head_with_key(&mut steps);
        steps.json("}");
        BodyPlan::Delete(steps.finish())
    }

    pub fn merge(&self, attributes: &[Attribute<'_>]) -> BodyPlan {
        let mut head = Assembler::default();
        self.head_with_key(&mut head);
        head.json(",\"UpdateExpression\":\"");
        let set = attributes
            .iter()
            .filter(|attribute| self.key_step(attribute.name).is_none());
        let attributes = set.map(|attribute| {
            let mut value = Assembler::default();
            self.value_of(attribute, &mut value);
            // Setting a map or a list replaces all of it: without one of its members, it would remove what the item has there.
            let mut needs = match attribute.source {
                AttributeSource::Item(value) => value.fields_within(),
                AttributeSource::Field(_) => attribute.needs.clone(),
            };
            needs.sort_unstable();
            needs.dedup();
            MergeAttribute {
                name: Literal::quoted(attribute.name),
                needs,
                missing: attribute.missing,
                value: value.finish(),
            }
        });
        BodyPlan::Merge(MergePlan {
            attributes: attributes.collect(),
            head: head.finish(),
        })
    }

    /// `{"TableName":…,"Key":{…}`
    fn head_with_key(&self, steps: &mut Assembler) {
        steps.push(Step::Literal(self.table_member()));
        steps.json(",\"Key\":{");
        for key in self.table.key.attributes() {
            self.key_member(key, steps);
        }
        steps.close();
        steps.json("}");
    }

    fn key_member(&self, key: &KeyAttribute, steps: &mut Assembler) {
        steps.json(&format!("{}:{{\"{}\":\"", quoted(&key.name), key.key_type));
        let is_partition = key.name == self.table.key.partition.name;
        steps.push(if is_partition {
            Step::Partition(self.partition)
        } else {
            Step::Sort(self.sort)
        });
        steps.json("\"},");
    }

    fn key_step(&self, name: &str) -> Option<&KeyAttribute> {
        self.table.key.attributes().find(|key| key.name == name)
    }

    /// Those of the given fields that a row may lack.
    fn uncertain(&self, needs: &[usize]) -> Vec<usize> {
        let is_uncertain = |index: &&usize| {
            let certain = |field: &Field| field.required || field.default.is_some();
            !self.needed_by_key.contains(*index) && !self.fields().get(**index).is_some_and(certain)
        };
        needs.iter().filter(is_uncertain).copied().collect()
    }

    /// Adds an attribute as a member of an item, with a comma after it.
    fn member(&self, attribute: &Attribute<'_>, steps: &mut Assembler) {
        if let Some(key) = self.key_step(attribute.name) {
            return self.key_member(key, steps);
        }
        let needs = self.uncertain(&attribute.needs);
        let skips = steps.unless_present(&needs);
        steps.json(&format!("{}:", quoted(attribute.name)));
        self.value_of(attribute, steps);
        steps.json(",");
        steps.land(&skips);
        if let (OnMissing::Null, &[field]) = (attribute.missing, &needs[..]) {
            let skips = steps.unless_missing(field);
            steps.json(&format!("{}:{{\"NULL\":true}},", quoted(attribute.name)));
            steps.land(&skips);
        }
    }

    fn value_of(&self, attribute: &Attribute<'_>, steps: &mut Assembler) {
        match attribute.source {
            AttributeSource::Field(field) => self.field(field, steps),
            AttributeSource::Item(value) => self.value(value, attribute.name, steps),
        }
    }

    /// Adds the attribute value of a field.
    fn field(&self, field: usize, steps: &mut Assembler) {
        let Some(declared) = self.fields().get(field) else {
            return;
        };
        let step = Step::Field {
            field,
            kind: declared.kind,
            plainness: Plainness::of_field(declared),
        };
        match declared.reader {
            Reader::List { .. } | Reader::Document { .. } => steps.push(Step::Json { field }),
            Reader::Boolean { .. } => {
                steps.json("{\"BOOL\":");
                steps.push(step);
                steps.json("}");
            }
            _ => {
                steps.json(&format!("{{\"{}\":\"", declared.kind));
                steps.push(step);
                steps.json("\"}");
            }
        }
    }

    /// Adds an attribute value of `dynamodb:item`.
    fn value(&self, value: &ItemValue, attribute: &str, steps: &mut Assembler) {
        match value {
            // No plan is made of a descriptor with a fault.
            ItemValue::Refused => {}
            ItemValue::Null => steps.json("{\"NULL\":true}"),
            ItemValue::Bool(value) => steps.json(&format!("{{\"BOOL\":{value}}}")),
            ItemValue::Number(number) => steps.json(&format!("{{\"N\":\"{number}\"}}")),
            ItemValue::Template(parts) => self.template(parts, attribute, steps),
            ItemValue::List(elements) => {
                steps.json("{\"L\":[");
                for element in elements {
                    let skips = steps.unless_present(&self.uncertain(&element.needs()));
                    self.value(element, attribute, steps);
                    steps.json(",");
                    steps.land(&skips);
                }
                steps.close();
                steps.json("]}");
            }
            ItemValue::Map(members) => {
                steps.json("{\"M\":{");
                for (name, member) in members {
                    let skips = steps.unless_present(&self.uncertain(&member.needs()));
                    steps.json(&format!("{}:", quoted(name)));
                    self.value(member, attribute, steps);
                    steps.json(",");
                    steps.land(&skips);
                }
                steps.close();
                steps.json("}}");
            }
        }
    }

    fn template(&self, parts: &[TemplatePart], attribute: &str, steps: &mut Assembler) {
        if let [
            TemplatePart::Place(Place {
                source: Source::Field(field),
                spec: Spec::Text,
            }),
        ] = parts
        {
            return self.field(*field, steps);
        }
        let kind = match parts {
            [TemplatePart::Place(place)] => place.kind(self.fields()),
            _ => Kind::Text,
        };
        steps.json(&format!("{{\"{kind}\":\""));
        for part in parts {
            match part {
                TemplatePart::Literal(text) => {
                    let json = quoted(text);
                    steps.json(&json[1..json.len() - 1]);
                }
                TemplatePart::Place(place) => steps.push(Step::Place {
                    place: CompiledPlace::of(place, self.fields()),
                    attribute: attribute.to_owned(),
                }),
            }
        }
        steps.json("\"}");
    }
}
