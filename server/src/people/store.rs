//! Rows of people, their numbers, and the lists they stand on.

mod codes;
mod counting;
mod current;
mod finding;
mod matching;
mod numbers;
mod rows;
mod signing;
pub(super) mod standing;
mod withdrawing;
mod writing;

pub(super) use codes::*;
pub(super) use counting::*;
pub(super) use current::*;
pub(super) use finding::*;
pub(super) use matching::*;
pub(super) use numbers::*;
pub(super) use rows::PersonRow;
pub(super) use signing::*;
pub(super) use withdrawing::*;
pub(super) use writing::*;

/// People whom readers may see: those of an import are hidden until it has been applied. All of them
/// are shown by the one update that says when it was.
macro_rules! shown {
    () => {
        crate::store::schema::people::staged.is_null().or(crate::store::schema::people::staged.eq_any(
            crate::store::schema::imports::table
                .filter(crate::store::schema::imports::applied_at.is_not_null())
                .select(crate::store::schema::imports::id.nullable()),
        ))
    };
}
pub(super) use shown;
