//! QR codes.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use wire::Code;

use super::Fail;

/// Smallest side, in the units of the view box.
const SIDE: u32 = 256;

/// A text as an SVG element, which a page may embed as it is.
pub fn svg(text: &str) -> Result<String, Fail> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| {
        Fail::new(Code::Internal, "The link is too long for a QR code; serve Muster under a shorter name.")
    })?;
    let document = code.render::<svg::Color<'_>>().min_dimensions(SIDE, SIDE).build();
    let element = document.find("<svg").and_then(|at| document.get(at..));
    Ok(element.unwrap_or_default().to_owned())
}
