//! Spans: where the texts of values are, so that values need not borrow from their rows.

/// A part of one of the buffers of a conversion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    buffer: Buffer,
    start: u32,
    end: u32,
}

/// A buffer that has texts of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Buffer {
    /// The cells of the row.
    Record,
    /// The defaults of the fields.
    Defaults,
    /// Texts that were rewritten while the row was read.
    Scratch,
}

/// The buffers that spans point into.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Buffers<'b> {
    pub record: &'b str,
    pub defaults: &'b str,
    pub scratch: &'b str,
}

/// A cell: its text, and where the text is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cell<'c> {
    pub text: &'c str,
    pub span: Span,
}

impl Span {
    /// Makes a span. Rows, defaults and rewritten texts are far below the 4 GiB that a span can reach.
    pub fn new(buffer: Buffer, start: usize, end: usize) -> Self {
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self {
            buffer,
            start: place(start),
            end: place(end),
        }
    }

    /// Whether it is a part of a default.
    pub fn is_default(self) -> bool {
        self.buffer == Buffer::Defaults
    }

    /// Its bytes in the row; `None` when it is in another buffer.
    pub fn of_record(self, record: &[u8]) -> Option<&[u8]> {
        let place = self.start as usize..self.end as usize;
        (self.buffer == Buffer::Record).then(|| record.get(place))?
    }

    pub fn text(self, buffers: Buffers<'_>) -> &str {
        let buffer = match self.buffer {
            Buffer::Record => buffers.record,
            Buffer::Defaults => buffers.defaults,
            Buffer::Scratch => buffers.scratch,
        };
        // A span points into the buffers that it was made from.
        buffer.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

impl<'c> Cell<'c> {
    /// A cell that is a whole row.
    pub fn of_record(text: &'c str) -> Self {
        Self {
            text,
            span: Span::new(Buffer::Record, 0, text.len()),
        }
    }

    /// The text of a span that is a part of this cell.
    pub fn text_of(self, span: Span) -> &'c str {
        let place = |at: u32| at.wrapping_sub(self.span.start) as usize;
        self.text.get(place(span.start)..place(span.end)).unwrap_or_default()
    }

    /// The cell that is a part of this one's text.
    pub fn part(self, text: &'c str) -> Self {
        let offset = (text.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        let start = self.span.start as usize + offset;
        Self {
            text,
            span: Span::new(self.span.buffer, start, start + text.len()),
        }
    }

    /// The cell without invisible characters at its ends.
    pub fn trimmed(self) -> Self {
        let trimmed = message::invisible::trim(self.text);
        if trimmed.len() == self.text.len() {
            self
        } else {
            self.part(trimmed)
        }
    }
}
