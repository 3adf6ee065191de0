//! A QR code as one path, small enough that a page of five hundred people can be sent at once.

use std::fmt::Write;

use qrcode::{Color, EcLevel, QrCode};

/// Modules that stay white on every side (ISO/IEC 18004, 6.3.8).
const QUIET: usize = 4;

/// A QR code to draw.
pub(super) struct QrPath {
    /// The `d` of an SVG path, to fill, in modules.
    pub(super) path: String,
    /// Side of the view box in modules, the quiet zone included.
    pub(super) side: u32,
}

/// A text as a QR code of 15 % redundancy; none when it is too long for one.
pub(super) fn qr_path(text: &str) -> Option<QrPath> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let (colors, width) = (code.to_colors(), code.width());
    let mut path = String::new();
    for (y, row) in colors.chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                write!(path, "M{} {}h{n}v1h-{n}z", x + QUIET, y + QUIET, n = run.len()).ok()?;
            }
            x += run.len();
        }
    }
    Some(QrPath { path, side: u32::try_from(width + 2 * QUIET).ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The modules that a path fills.
    fn filled(path: &str) -> std::collections::BTreeSet<(usize, usize)> {
        let mut dark = std::collections::BTreeSet::new();
        for run in path.split('M').skip(1) {
            let (place, rest) = run.split_once('h').unwrap();
            let (x, y) = place.split_once(' ').unwrap();
            let count: usize = rest.split('v').next().unwrap().parse().unwrap();
            let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
            dark.extend((x..x + count).map(|x| (x, y)));
        }
        dark
    }

    #[test]
    fn the_path_fills_the_dark_modules_of_the_code_inside_a_quiet_zone() {
        let text = "https://muster.example.org/phone#enrol=ABCD-EFGH-JKMN-PQRS";
        let QrPath { path, side } = qr_path(text).unwrap();
        let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
        assert_eq!(side as usize, code.width() + 8);
        let dark = filled(&path);
        for y in 0..code.width() {
            for x in 0..code.width() {
                assert_eq!(dark.contains(&(x + 4, y + 4)), code[(x, y)] == Color::Dark, "{x} {y}");
            }
        }
        let inner = 4..side as usize - 4;
        assert!(dark.iter().all(|(x, y)| inner.contains(x) && inner.contains(y)));
        assert!(path.len() < 6_000, "{} bytes", path.len());
    }

    #[test]
    fn a_text_that_no_code_holds_gives_none() {
        assert!(qr_path(&"x".repeat(3_000)).is_none());
    }
}
