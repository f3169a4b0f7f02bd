//! The cells of a row.

/// The cells of a row, unquoted, in the layout that `csv_core` writes: all bytes one after the other, and where each cell
/// ends.
#[derive(Clone, Copy, Debug)]
pub struct Record<'r> {
    bytes: &'r [u8],
    ends: &'r [usize],
}

/// Cells whose bytes are made text.
#[derive(Debug, Default)]
pub(crate) struct Repaired {
    pub text: String,
    pub ends: Vec<usize>,
    /// The first byte of each cell that is not UTF-8, if there is one.
    pub invalid: Vec<Option<usize>>,
}

impl<'r> Record<'r> {
    /// A record of the cells `bytes[..ends[0]]`, `bytes[ends[0]..ends[1]]`, and so on.
    #[must_use]
    pub fn new(bytes: &'r [u8], ends: &'r [usize]) -> Self {
        Self { bytes, ends }
    }

    /// The number of cells.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no cell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The bytes of a cell; none of one that is not there.
    #[must_use]
    pub fn cell(&self, index: usize) -> &'r [u8] {
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
        let end = self.ends.get(index).copied().unwrap_or_default();
        self.bytes.get(start.unwrap_or_default()..end).unwrap_or_default()
    }

    pub(crate) fn ends(&self) -> &'r [usize] {
        self.ends
    }

    /// All cells as one text, when each is UTF-8.
    pub(crate) fn text(&self) -> Option<&'r str> {
        let end = self.ends.last().copied().unwrap_or_default();
        let text = std::str::from_utf8(self.bytes.get(..end)?).ok()?;
        self.ends.iter().all(|end| text.is_char_boundary(*end)).then_some(text)
    }

    /// All cells as text; what is not UTF-8 is replaced.
    pub(crate) fn repaired(&self) -> Repaired {
        let mut repaired = Repaired::default();
        for index in 0..self.len() {
            let cell = self.cell(index);
            repaired.text.push_str(&String::from_utf8_lossy(cell));
            repaired.ends.push(repaired.text.len());
            let invalid = std::str::from_utf8(cell).err().map(|error| error.valid_up_to());
            repaired.invalid.push(invalid);
        }
        repaired
    }
}
