use super::*;

/// A record of `line`, split at commas. Quotes have no meaning here, because the CSV parser handles them.
fn with_record<T>(line: &str, read: impl FnOnce(Record<'_>) -> T) -> T {
    let (mut bytes, mut ends) = (Vec::new(), Vec::new());
    for field in line.split(',') {
        bytes.extend_from_slice(field.as_bytes());
        ends.push(bytes.len());
    }
    read(Record::new(&bytes, &ends))
}

fn header(line: &str) -> Result<Header, HeaderError> {
    with_record(line, Header::parse)
}

const SAMPLE: &str = "timestamp,location,source,local_dest,local_avg,remote_dest,remote_avg";

#[test]
fn columns_are_found_in_any_order_and_spelling() {
    let header = header(" Remote_Avg ,LOCAL_AVG,note,local_dest,remote_dest,source,location,timestamp,").unwrap();
    assert_eq!(header.unknown(), ["note", ""]);
    with_record("2.0,1.0,n,ld,rd,s,l,0,", |record| {
        let message = header.message(record, Precision::Seconds).unwrap();
        assert_eq!((message.location, message.source), ("l", "s"));
        assert_eq!((message.local_dest, message.remote_dest), ("ld", "rd"));
        assert_eq!(
            (message.local_avg.as_str(), message.remote_avg.as_str()),
            ("1.0", "2.0")
        );
    });
}

#[test]
fn a_header_names_what_it_lacks_or_repeats() {
    let error = header("timestamp,location,source,local_dest,local_avg").unwrap_err();
    assert_eq!(error, HeaderError::Missing(vec!["remote_dest", "remote_avg"]));
    assert!(
        error
            .to_string()
            .starts_with("the header lacks `remote_dest`, `remote_avg`; it must name each of")
    );
    let error = header(&format!("{SAMPLE},SOURCE,source")).unwrap_err();
    assert_eq!(error, HeaderError::Duplicate(vec!["source"]));
}

#[test]
fn every_bad_cell_of_a_row_is_named() {
    let header = header(SAMPLE).unwrap();
    let error = with_record("yesterday,, ,router-1,4.3.9,device-1,\"9", |record| {
        header.message(record, Precision::Seconds).unwrap_err()
    });
    assert_eq!(
        error.columns().collect::<Vec<_>>(),
        ["timestamp", "location", "source", "local_avg", "remote_avg"]
    );
    assert!(
        error.to_string().starts_with("timestamp must be Unix seconds"),
        "{error}"
    );
    assert!(error.to_string().contains("; location is empty; "), "{error}");
}

#[test]
fn a_cell_that_is_not_utf8_names_the_byte() {
    let header = header(SAMPLE).unwrap();
    let fields: [&[u8]; 7] = [b"0", b"M\xfcnchen", b"s", b"d", b"1", b"d", b"1"];
    let bytes = fields.concat();
    let ends: Vec<_> = fields
        .iter()
        .scan(0, |end, field| {
            *end += field.len();
            Some(*end)
        })
        .collect();
    let error = header
        .message(Record::new(&bytes, &ends), Precision::Seconds)
        .unwrap_err();
    assert_eq!(error.to_string(), "location is not UTF-8 at byte 1 of the cell");
}

#[test]
fn shifted_rows_and_oversized_items_are_refused() {
    let header = header(SAMPLE).unwrap();
    for (line, found) in [("0,l", 2), ("0,l,s,d,1,d,1,extra", 8)] {
        let error = with_record(line, |record| header.message(record, Precision::Seconds).unwrap_err());
        assert_eq!(
            error,
            RowError::FieldCount {
                found,
                expected: 7,
                width_of: WidthOf::Header
            }
        );
    }
    let line = format!("0,{},s,d,1,d,1", "x".repeat(MAX_ITEM_BYTES));
    let error = with_record(&line, |record| header.message(record, Precision::Seconds).unwrap_err());
    assert!(
        matches!(error, RowError::ItemTooLarge(bytes) if bytes > MAX_ITEM_BYTES),
        "{error}"
    );
}

#[test]
fn a_row_may_lack_or_add_what_no_column_needs() {
    let header = header(&format!("{SAMPLE},note")).unwrap();
    let errors = |line: &str| {
        let error = with_record(line, |record| header.message(record, Precision::Seconds).map(|_| ()));
        error.err().map(|error| error.to_string())
    };
    for line in [
        "0,l,s,d,1,r,2",
        "0,l,s,d,1,r,2,",
        "0,l,s,d,1,r,2,x",
        "0,l,s,d,1,r,2,, ,\u{a0}",
    ] {
        assert_eq!(errors(line), None, "{line}");
    }
    assert_eq!(
        errors("0,l,s,d,1,r").unwrap(),
        "the row has 6 fields where the header has 8"
    );
    // The `x` may be the second half of a cell `2,x`.
    for line in ["0,l,s,d,1,r,2,x,y", "0,l,s,d,1,r,2,x,"] {
        assert_eq!(
            errors(line).unwrap(),
            "the row has 9 fields where the header has 8",
            "{line}"
        );
    }
    assert!(
        errors("0, \"l, m\",s,d,1,r,2,x,y")
            .unwrap()
            .starts_with("a space before a quote")
    );
}

#[test]
fn a_header_is_known_by_its_places() {
    let (width, places) = header(SAMPLE).unwrap().places();
    assert_eq!(Header::from_places(width, places), Some(header(SAMPLE).unwrap()));
    assert_eq!(Header::from_places(width - 1, places), None);
}

#[test]
fn a_distrusted_column_takes_no_point_before_three_digits() {
    let header = header(SAMPLE).unwrap().distrust([true, false]);
    let columns = |line: &str| {
        with_record(line, |record| {
            let error = header.message(record, Precision::Seconds).err();
            error.map(|error| error.columns().map(str::to_owned).collect::<Vec<_>>())
        })
    };
    assert_eq!(columns("0,l,s,d,1.234,r,1.234"), Some(vec!["local_avg".to_owned()]));
    assert_eq!(columns("0,l,s,d,+1.234,r,1"), Some(vec!["local_avg".to_owned()]));
    assert_eq!(columns("0,l,s,d,0.234,r,1.234"), None);
    assert_eq!(columns("0,l,s,d,1.2345,r,1.234"), None);
}
