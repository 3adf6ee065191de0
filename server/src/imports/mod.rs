//! Lists of people from a file: read, mapped, compared with the register, applied, undone.

mod archive;
mod cells;
mod dates;
pub mod encoding;
pub mod file;
mod header;
pub mod headings;
pub mod mojibake;
mod notes;
mod numbers;
mod offices;
mod rows;
mod said;
mod separated;
pub mod table;
mod vocabulary;
mod workbook;
