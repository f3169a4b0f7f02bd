//! What CSV files look like and how their rows become items.

mod cell;
mod escape;
mod fault;
mod json;
mod nearest;
mod vocabulary;
