//! What stands before the item or the key of a body, the same for all rows of an object.

use message::WriteMode;

use super::Plan;
use super::steps::{Literal, Output};
use crate::descriptor::resource::Write;

impl Plan {
    /// The length of what stands before the item of a put that has no order, or before the key of a deletion, the member's
    /// name included: as the content of a JSON string, and of the body itself. `None` for bodies of other writes. `stack` is
    /// the mode of a resource that says none.
    pub fn head_bytes(&self, stack: WriteMode) -> Option<(usize, usize)> {
        let write = self.write.unwrap_or_else(|| stack.into());
        let member = match write {
            Write::Replace => ",\"Item\":",
            Write::Delete => ",\"Key\":",
            Write::Latest | Write::Create | Write::Merge => return None,
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
