//! The meaning of a descriptor: reads its checked JSON, and notes every fault.
//!
//! | module | what |
//! |---|---|
//! | [`resource`] | one kind of file |
//! | [`keys`], [`reach`] | patterns of object keys, and resources that they never reach |
//! | [`dialect`] | how text is divided into rows and cells |
//! | [`schema`], [`field`], [`types`], [`kind`], [`constraints`] | columns |
//! | [`item`], [`template`], [`spec`] | attributes that are made of fields |

pub(crate) mod constraints;
pub(crate) mod dialect;
pub(crate) mod field;
pub(crate) mod item;
pub(crate) mod keys;
pub(crate) mod kind;
pub(crate) mod reach;
pub(crate) mod resource;
pub(crate) mod schema;
pub(crate) mod spec;
pub(crate) mod template;
pub(crate) mod types;
