//! Lists of people from a file: read, mapped, compared with the register, applied, undone.

mod archive;
pub mod encoding;
pub mod file;
mod header;
pub mod headings;
pub mod mojibake;
mod separated;
pub mod table;
mod workbook;
