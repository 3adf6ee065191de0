//! What an XLSX file unpacks to, measured before anything reads it: a few kilobytes can unpack to
//! gigabytes.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::table::Unreadable;

/// Most parts that a workbook of people has.
const PARTS: usize = 1_000;

/// Most bytes that all parts unpack to.
const UNPACKED: u64 = 200 * 1024 * 1024;

/// Most bytes that one part unpacks to.
const PART: u64 = 100 * 1024 * 1024;

/// Bytes of one part beyond which the ratio counts: small parts of blanks pack well.
const RATIO_FROM: u64 = 10 * 1024 * 1024;

/// How many times its packed size a large part may be.
const RATIO: u64 = 200;

/// Most texts that a workbook may claim to share: readers make room for as many as it claims.
const SHARED: u64 = 2_000_000;

/// Where a workbook says how many texts its cells share.
const CLAIM: &[u8] = b"uniqueCount";

/// How a cell ends that has a formula and no value: programs that only write leave it so.
const UNCOMPUTED: &[u8] = b"</f></c>";

/// What was seen while a workbook was measured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Measured {
    /// Cells with a formula whose value is not stored.
    pub(super) uncomputed: u64,
}

/// Unpacks every part, keeping none, and refuses an archive that is not a plain workbook. What a part
/// claims to unpack to counts for nothing: it is unpacked and counted.
pub(super) fn measure(bytes: &[u8]) -> Result<Measured, Unreadable> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| broken())?;
    if archive.len() > PARTS {
        return Err(Unreadable::new(format!("The workbook has more than {PARTS} parts. Save the list alone as XLSX.")));
    }
    let (mut all, mut measured) = (0, Measured::default());
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| broken())?;
        let (name, packed) = (part.name().to_ascii_lowercase().replace('\\', "/"), part.compressed_size());
        if name.starts_with("xl/externallinks/") {
            let why = "The workbook has links to other files. Copy the list as values into a new workbook.";
            return Err(Unreadable::new(why));
        }
        if part.encrypted() {
            return Err(Unreadable::new("The workbook has a password. Save it without one."));
        }
        all += unpacked(part, packed, UNPACKED - all, &mut measured)?;
    }
    Ok(measured)
}

/// The bytes that a part unpacks to, at most `left`.
fn unpacked(mut part: impl Read, packed: u64, left: u64, measured: &mut Measured) -> Result<u64, Unreadable> {
    let mut buffer = vec![0; 64 * 1024];
    let (mut count, mut claim, mut uncomputed) = (0, Claim::default(), Sought::new(UNCOMPUTED));
    loop {
        let read = part.read(&mut buffer).map_err(|_| broken())?;
        if read == 0 {
            return Ok(count);
        }
        count += read as u64;
        let suspicious = count > RATIO_FROM && count / packed.max(1) > RATIO;
        if count > left || count > PART || suspicious {
            let why =
                "The workbook unpacks to far more than a list of people can be. Copy the list into a new workbook.";
            return Err(Unreadable::new(why));
        }
        let piece = buffer.get(..read).unwrap_or_default();
        measured.uncomputed += piece.iter().filter(|byte| uncomputed.ends_with(**byte)).count() as u64;
        if claim.most(piece) > SHARED {
            return Err(Unreadable::new("The workbook claims more texts than a list can have. Save it again as XLSX."));
        }
    }
}

fn broken() -> Unreadable {
    Unreadable::new(
        "The workbook is broken or breaks off. Open it in the spreadsheet program and save it again as XLSX.",
    )
}

/// A word that is sought in bytes that come in pieces. After a near miss the search goes on with the
/// next byte: no well-formed part holds `</f></f></c>`.
struct Sought {
    word: &'static [u8],
    matched: usize,
}

impl Sought {
    fn new(word: &'static [u8]) -> Self {
        Self { word, matched: 0 }
    }

    /// Whether the word ends with this byte.
    fn ends_with(&mut self, byte: u8) -> bool {
        let expected = self.word.get(self.matched) == Some(&byte);
        self.matched = if expected { self.matched + 1 } else { usize::from(self.word.first() == Some(&byte)) };
        let ended = self.matched == self.word.len();
        if ended {
            self.matched = 0;
        }
        ended
    }
}

/// Reads the numbers behind [`CLAIM`] in bytes that come in pieces.
struct Claim {
    word: Sought,
    number: Option<u64>,
    most: u64,
}

impl Default for Claim {
    fn default() -> Self {
        Self { word: Sought::new(CLAIM), number: None, most: 0 }
    }
}

impl Claim {
    /// The largest number claimed so far.
    fn most(&mut self, bytes: &[u8]) -> u64 {
        for &byte in bytes {
            self.take(byte);
        }
        self.most
    }

    fn take(&mut self, byte: u8) {
        match self.number {
            Some(number) if byte.is_ascii_digit() => {
                let number = number.saturating_mul(10).saturating_add(u64::from(byte - b'0'));
                self.number = Some(number);
                self.most = self.most.max(number);
            }
            Some(0) if byte.is_ascii_whitespace() || b"=\"'+".contains(&byte) => {}
            _ => self.number = self.word.ends_with(byte).then_some(0),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Write;

    use zip::write::SimpleFileOptions;

    use super::*;

    /// An archive of these parts.
    pub(crate) fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in parts {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn why(bytes: &[u8]) -> String {
        measure(bytes).unwrap_err().0
    }

    #[test]
    fn a_plain_archive_is_let_by() {
        assert!(measure(&archive(&[("xl/workbook.xml", b"<workbook/>"), ("docProps/app.xml", b"<x/>")])).is_ok());
    }

    #[test]
    fn a_bomb_is_refused_by_what_it_unpacks_to_whatever_it_claims() {
        let bomb = archive(&[("xl/worksheets/sheet1.xml", &vec![b' '; 12 * 1024 * 1024])]);
        assert!(bomb.len() < 100_000);
        assert!(why(&bomb).contains("unpacks to far more"));
        // The same with a lie in the headers about its size.
        let size = (12_u32 * 1024 * 1024).to_le_bytes();
        let mut lying = bomb.clone();
        let mut lies = 0;
        for at in 0..lying.len() - 4 {
            if lying[at..at + 4] == size {
                lying[at..at + 4].copy_from_slice(&100_u32.to_le_bytes());
                lies += 1;
            }
        }
        assert!(lies >= 1);
        assert!(measure(&lying).is_err());
    }

    #[test]
    fn many_parts_that_together_are_too_much_are_refused() {
        let part = vec![b' '; 9 * 1024 * 1024];
        let names: Vec<String> = (0..24).map(|n| format!("xl/worksheets/sheet{n}.xml")).collect();
        let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), part.as_slice())).collect();
        assert!(why(&archive(&parts)).contains("unpacks to far more"));
        let names: Vec<String> = (0..1_001).map(|n| format!("{n}.xml")).collect();
        let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
        assert!(why(&archive(&parts)).contains("parts"));
    }

    #[test]
    fn links_to_other_files_are_refused() {
        let linked = archive(&[("xl/workbook.xml", b"<x/>"), ("xl/externalLinks/externalLink1.xml", b"<x/>")]);
        assert!(why(&linked).contains("links to other files"));
    }

    #[test]
    fn a_claim_of_more_texts_than_memory_holds_is_refused() {
        let claims = |text: &str| measure(&archive(&[("xl/sharedStrings.xml", text.as_bytes())]));
        assert!(claims("<sst count=\"5\" uniqueCount=\"4\"><si/></sst>").is_ok());
        assert!(claims("<sst uniqueCount=\"99999999999\"><si/></sst>").is_err());
        assert!(claims("<sst uniqueCount = '99999999999999999999999'/>").is_err());
        let far = format!("<!--{}--><sst uunuuniqueCount=\"1\" uniqueCount=\"900000000\"/>", "x".repeat(200_000));
        assert!(claims(&far).is_err());
    }

    #[test]
    fn formulas_without_values_are_counted() {
        let sheet = b"<c><f>1+1</f></c><c><f>1+1</f><v>2</v></c><c><f>2</f></c></row></f></v></c>";
        assert_eq!(measure(&archive(&[("xl/worksheets/sheet1.xml", sheet)])).unwrap().uncomputed, 2);
    }

    #[test]
    fn what_is_no_archive_is_refused() {
        assert!(why(b"PK\x03\x04 and then nothing").contains("broken"));
        let mut cut = archive(&[("xl/workbook.xml", &[7; 4_096])]);
        cut.truncate(cut.len() / 2);
        assert!(why(&cut).contains("broken"));
    }
}
