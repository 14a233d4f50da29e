//! QR codes, drawn as a picture that a page carries in itself.

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{BugExt, Problem};
use qrcode::QrCode;
use qrcode::render::svg;

/// The picture of a QR code, as the address of an image (`data:`), which the pages' policy allows.
///
/// # Errors
/// A bug for text too long for a code.
pub fn qr_image(text: &str) -> Result<String, Problem> {
    let code = QrCode::new(text.as_bytes()).bug("drawing a QR code")?;
    let picture = code.render::<svg::Color<'_>>().min_dimensions(220, 220).build();
    Ok(format!("data:image/svg+xml;base64,{}", STANDARD.encode(picture)))
}
