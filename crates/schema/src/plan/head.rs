//! The head of a body: the part before the item or the key, which is the same for all rows of an object.

use message::WriteMode;

use super::Plan;
use super::steps::{Literal, Output};
use crate::descriptor::resource::BatchRequest;

impl Plan {
    /// The length in bytes of the head: as the content of a JSON string, and unescaped. The head includes the name of the member
    /// `Item` or `Key`. `None` for writes that no request of `BatchWriteItem` carries out. `stack` is the mode that applies when
    /// the resource names none.
    pub fn head_bytes(&self, stack: WriteMode) -> Option<(usize, usize)> {
        let write = self.write.unwrap_or_else(|| stack.into());
        let member = match write.batch_request()? {
            BatchRequest::Put => ",\"Item\":",
            BatchRequest::Delete => ",\"Key\":",
        };
        let mut head = String::new();
        let mut output = Output {
            text: &mut head,
            escapes: 0,
            errors: &mut Vec::new(),
        };
        output.literal(&self.table);
        if let Some(mode) = write.named_mode(stack) {
            output.mode(mode, None);
        }
        output.literal(&Literal::of_json(member));
        let escapes = output.escapes;
        Some((head.len(), head.len() - escapes))
    }
}
