//! Inviting phones, and the phones that people have.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::case::words;

/// `POST /v1/people/{id}/enrolment`: a code for one phone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EnrolmentIssued {
    /// To type: four groups of four letters and digits.
    pub code: String,
    /// To open on the phone: the code is in the fragment, which is never sent to a server.
    pub link: String,
    /// The link as a QR code, SVG.
    pub qr_svg: String,
    /// When it runs out.
    pub expires: DateTime<Utc>,
}

/// `POST /v1/enrolment-batches`: codes for many people in one action. Give exactly one of
/// `organisation`, `office` and `people`.
///
/// Of an organisation or an office those are invited who have neither a phone nor a code that works,
/// at most 500; the answer says how many are left for the next batch. People who are named are
/// invited whatever they have.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEnrolmentBatch {
    /// Everybody of this organisation whom you may invite.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<Uuid>,
    /// Everybody of this country office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<Uuid>,
    /// These people of one organisation, 1 to 500.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<Vec<Uuid>>,
    /// Of an organisation or office also those whose code still works; that code becomes void.
    #[serde(default)]
    pub again: bool,
    /// How long the codes work: 1 to 30 days.
    pub days: u32,
    /// What to write in for those none of whose languages Muster writes: `en`, `fr`, `es`, `ar`, `ru`
    /// or `zh`; English when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// The codes of a batch. They are shown in this answer and never again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EnrolmentBatchIssued {
    /// The batch.
    pub id: Uuid,
    /// Whose people.
    pub organisation: Uuid,
    /// The office, when all are of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<Uuid>,
    /// When the codes run out.
    pub expires: DateTime<Utc>,
    /// One for each person, by office and name.
    pub invitations: Vec<Invitation>,
    /// How many more have neither a phone nor a code that works.
    pub left: u32,
}

/// One person's invitation, to print or to mail.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Invitation {
    /// The person.
    pub person: Uuid,
    /// Name.
    pub name: String,
    /// Their country office.
    pub office: Uuid,
    /// Where to mail it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// To type: four groups of four letters and digits.
    pub code: String,
    /// To open on the phone: the code is in the fragment, which is never sent to a server.
    pub link: String,
    /// The link as a QR code: the `d` of one SVG path, to fill, in modules.
    pub qr_path: String,
    /// Side of the view box in modules, the quiet zone of 4 on each side included.
    pub qr_side: u32,
    /// What the mail is written in: `en`, `fr`, `es`, `ar`, `ru` or `zh`.
    pub language: String,
    /// Subject of the mail.
    pub mail_subject: String,
    /// The mail, plain text.
    pub mail_text: String,
}

/// A batch as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EnrolmentBatch {
    /// The batch.
    pub id: Uuid,
    /// Whose people.
    pub organisation: Uuid,
    /// The office, when all are of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<Uuid>,
    /// Who made it.
    pub created_by: Uuid,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When its codes run out.
    pub expires: DateTime<Utc>,
    /// False when the server stopped in the middle of making it: none of its codes works.
    pub finished: bool,
    /// When its codes were made void, all at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voided_at: Option<DateTime<Utc>>,
    /// How many were invited.
    pub people: u32,
    /// How many of its codes were used.
    pub used: u32,
    /// How many of its codes still work.
    pub open: u32,
    /// How many more are unused and open nothing, because who made the batch may not invite those people any more.
    /// Invite them anew.
    pub unbacked: u32,
}

/// `GET /v1/enrolment-batches`: the newest first, at most 100.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EnrolmentBatches {
    /// The batches.
    pub batches: Vec<EnrolmentBatch>,
}

/// `GET /v1/enrolment-progress`: how far everybody is, by office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EnrolmentProgress {
    /// Offices that have people.
    pub offices: Vec<OfficeEnrolment>,
}

/// How far an office is. The last four add up to `people`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OfficeEnrolment {
    /// The office.
    pub office: Uuid,
    /// Whose.
    pub organisation: Uuid,
    /// People who have not left.
    pub people: u32,
    /// Have a phone enrolled.
    pub enrolled: u32,
    /// Have no phone, and a code that works.
    pub invited: u32,
    /// Have neither, and a number that can be called.
    pub number_only: u32,
    /// Have neither phone, code nor number.
    pub nothing: u32,
}

words! {
    /// What became of a phone that is revoked.
    RevokeCause {
        /// Nobody knows where it is.
        Lost = "lost",
        /// Somebody took it.
        Stolen = "stolen",
        /// Somebody has it who may act against staff: it is told nothing, whatever it sends.
        Seized = "seized",
        /// Sold, replaced, broken, given back.
        Other = "other",
    }
}

/// A phone of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Device {
    /// The device.
    pub id: Uuid,
    /// What it calls itself.
    pub name: String,
    /// When it was enrolled.
    pub enrolled_at: DateTime<Utc>,
    /// When it renewed its access token last: at most ten minutes before it was used last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen_at: Option<DateTime<Utc>>,
    /// False when it must be enrolled again to read anything. Its Not Okay rings all the same.
    pub signed_in: bool,
    /// When it was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<DateTime<Utc>>,
    /// By whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_by: Option<Uuid>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoke_reason: Option<String>,
    /// What became of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoke_cause: Option<RevokeCause>,
}

/// A code that nobody has used or made void. The code itself is known to nobody but who was given it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OpenCode {
    /// Who issued it.
    pub issued_by: Uuid,
    /// When it runs out.
    pub expires: DateTime<Utc>,
    /// The batch it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<Uuid>,
    /// True when it opens nothing, because who issued it may not invite this person any more. Issue another.
    pub unbacked: bool,
}

/// `GET /v1/people/{id}/devices`: the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DevicesOfPerson {
    /// Their phones, revoked ones too.
    pub devices: Vec<Device>,
    /// Codes that nobody has used or made void.
    pub codes: Vec<OpenCode>,
}

/// `DELETE /v1/devices/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "Left in a taxi", "cause": "lost" }))]
pub struct Revocation {
    /// Why, 3 to 300 characters.
    pub reason: String,
    /// What became of it; `other` when absent. An alarm from it is marked so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<RevokeCause>,
}

/// `DELETE /v1/enrolment-batches/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    /// Why, 3 to 300 characters.
    pub reason: String,
}
