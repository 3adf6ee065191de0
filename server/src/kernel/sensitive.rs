//! Values that must never reach a log.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A position, number or name. It has no readable `Debug` and no `Display`, so that a log line
/// cannot carry it by accident.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sensitive<T>(pub T);

impl<T> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[sensitive]")
    }
}
