//! One-time links: the first administrator, and setting a password.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `POST /v1/setup`: the first administrator, by the one-time link printed at first start.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstAdministrator {
    /// The secret of the link's fragment.
    pub secret: String,
    /// The organisation's name, 1 to 200 characters.
    pub organisation: String,
    /// The administrator's name, 1 to 200 characters.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// At least 15 characters.
    pub password: String,
}

/// `POST /v1/password`: sets a password by a one-time link.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPassword {
    /// The secret of the link's fragment.
    pub secret: String,
    /// At least 15 characters.
    pub password: String,
}
