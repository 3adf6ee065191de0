//! Attributes of users and groups: what is read, changed, filtered by, and described at `/Schemas`.

use wire::scim::{ENTERPRISE, GROUP, SECURITY, USER};

/// What an attribute holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Truth,
    Time,
    Reference,
    Complex(&'static [Attribute]),
}

/// Who may write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writes {
    /// The system.
    System,
    /// The server alone.
    Server,
}

/// One attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Attribute {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) many: bool,
    pub(super) required: bool,
    /// Whether it is unique in the organisation.
    pub(super) unique: bool,
    /// Whether capital letters make another value.
    pub(super) exact: bool,
    pub(super) writes: Writes,
    pub(super) about: &'static str,
    /// The only values, where it has such.
    pub(super) words: &'static [&'static str],
}

/// One schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Schema {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) attributes: &'static [Attribute],
}

const fn of(name: &'static str, kind: Kind, about: &'static str) -> Attribute {
    Attribute {
        name,
        kind,
        many: false,
        required: false,
        unique: false,
        exact: false,
        writes: Writes::System,
        about,
        words: &[],
    }
}

const fn text(name: &'static str, about: &'static str) -> Attribute {
    of(name, Kind::Text, about)
}

impl Attribute {
    const fn many(self) -> Self {
        Self { many: true, ..self }
    }
    const fn required(self) -> Self {
        Self { required: true, ..self }
    }
    const fn unique(self) -> Self {
        Self { unique: true, ..self }
    }
    const fn exact(self) -> Self {
        Self { exact: true, ..self }
    }
    const fn ours(self) -> Self {
        Self { writes: Writes::Server, ..self }
    }
    const fn words(self, words: &'static [&'static str]) -> Self {
        Self { words, ..self }
    }

    /// Its sub-attributes.
    pub(super) const fn parts(&self) -> &'static [Attribute] {
        match self.kind {
            Kind::Complex(parts) => parts,
            _ => &[],
        }
    }
}

const META: &[Attribute] = &[
    text("resourceType", "User or Group.").exact().ours(),
    of("created", Kind::Time, "When it was entered.").ours(),
    of("lastModified", Kind::Time, "When it was last changed.").ours(),
    of("location", Kind::Reference, "Its address.").exact().ours(),
    text("version", "Its revision.").exact().ours(),
];

/// What every resource has.
const COMMON: [Attribute; 3] = [
    text("id", "Muster's identifier.").exact().unique().ours(),
    text("externalId", "The system's identifier.").exact().unique(),
    of("meta", Kind::Complex(META), "What it is and when it changed.").ours(),
];

const NAME: &[Attribute] =
    &[text("formatted", "The whole name."), text("familyName", "Family name."), text("givenName", "Given name.")];

const EMAIL: &[Attribute] = &[
    text("value", "The address."),
    text("type", "What it is for.").words(&["work", "home", "other"]),
    of("primary", Kind::Truth, "Whether it is the one to use."),
];

const NUMBER: &[Attribute] = &[
    text("value", "E.164: a plus, the country code, the number."),
    text("type", "What it is.").words(&["mobile", "work", "home", "satellite", "radio"]),
    of("primary", Kind::Truth, "Whether it is the first to try."),
];

const PERSON: &[Attribute] = &[
    text("value", "The person's id.").exact(),
    of("$ref", Kind::Reference, "The person's address.").exact().ours(),
    text("display", "The person's name.").ours(),
];

const IN_GROUP: &[Attribute] = &[
    text("value", "The group's id.").exact().ours(),
    of("$ref", Kind::Reference, "The group's address.").exact().ours(),
    text("display", "The group's name.").ours(),
];

const MEMBER: &[Attribute] = &[
    text("value", "The person's id.").exact(),
    of("$ref", Kind::Reference, "The person's address.").exact().ours(),
    text("display", "The person's name.").ours(),
    text("type", "User.").words(&["User"]).ours(),
];

const TRAINING: &[Attribute] = &[
    text("value", "Which.").words(&["BSAFE", "SSAFE", "IFAK", "WSAT"]),
    text("validUntil", "The last day on which it is good, such as 2027-01-31."),
];

pub(super) const USER_SCHEMA: Schema = Schema {
    id: USER,
    name: "User",
    about: "A person of the register.",
    attributes: &[
        COMMON[0],
        COMMON[1],
        text("userName", "Name at the system.").required().unique(),
        of("name", Kind::Complex(NAME), "Parts of the name."),
        text("displayName", "The name that screens show."),
        text("title", "Job title."),
        of("emails", Kind::Complex(EMAIL), "Addresses; one is kept.").many(),
        of("phoneNumbers", Kind::Complex(NUMBER), "Numbers.").many(),
        text("preferredLanguage", "Language tag, such as en or pt-BR."),
        text("timezone", "IANA time zone, where it is not the duty station's."),
        of("active", Kind::Truth, "False when they have left."),
        of("groups", Kind::Complex(IN_GROUP), "Groups that they are in.").many().ours(),
        COMMON[2],
    ],
};

pub(super) const ENTERPRISE_SCHEMA: Schema = Schema {
    id: ENTERPRISE,
    name: "EnterpriseUser",
    about: "The standard's extension for employers.",
    attributes: &[
        text("employeeNumber", "Number in the employer's books."),
        text("organization", "Organisation, as the system names it; it moves nobody."),
        text("division", "Division."),
        text("department", "Department."),
        of("manager", Kind::Complex(PERSON), "Supervisor."),
    ],
};

pub(super) const SECURITY_SCHEMA: Schema = Schema {
    id: SECURITY,
    name: "SecurityProfile",
    about: "What security needs to know of a person.",
    attributes: &[
        text("personKind", "What kind of person; staff together with recruitment.").words(&[
            "staff",
            "staff_intl",
            "staff_national",
            "consultant",
            "unv",
            "intern",
            "visitor",
            "dependant",
            "partner",
        ]),
        text("recruitment", "Where they were recruited for.").words(&["international", "national"]),
        text("dutyStationCode", "Duty station of the office, by name."),
        text("office", "Country office, by name, country code, country or identifier."),
        text("wardenZone", "Warden zone in the office's country, by name."),
        text("callSign", "Radio call sign."),
        of("supervisor", Kind::Complex(PERSON), "Who calls when nobody else does; goes before manager."),
        of("dependantOf", Kind::Complex(PERSON), "Whose dependant or visitor."),
        of("contractEnd", Kind::Time, "When the contract or stay ends."),
        of("trainings", Kind::Complex(TRAINING), "Trainings.").many(),
        of("holdsRoles", Kind::Truth, "Whether they hold roles at Muster, all of which end when they leave.").ours(),
    ],
};

pub(super) const GROUP_SCHEMA: Schema = Schema {
    id: GROUP,
    name: "Group",
    about: "A group of people.",
    attributes: &[
        COMMON[0],
        COMMON[1],
        text("displayName", "Name.").required().unique(),
        of("members", Kind::Complex(MEMBER), "Who is in it.").many(),
        COMMON[2],
    ],
};

/// A resource: its schema, and those that extend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Resource {
    pub(super) schema: &'static Schema,
    pub(super) extensions: &'static [Schema],
    /// Attributes of the standard that are not kept: taken without a word, so that a system may send
    /// what it sends everybody.
    pub(super) ignored: &'static [&'static str],
}

pub(super) const USERS: Resource = Resource {
    schema: &USER_SCHEMA,
    extensions: &[ENTERPRISE_SCHEMA, SECURITY_SCHEMA],
    ignored: &[
        "schemas",
        "nickName",
        "profileUrl",
        "userType",
        "locale",
        "password",
        "ims",
        "photos",
        "addresses",
        "entitlements",
        "roles",
        "x509Certificates",
    ],
};

pub(super) const GROUPS: Resource = Resource { schema: &GROUP_SCHEMA, extensions: &[], ignored: &["schemas"] };

/// An attribute of this name, whatever the case of its letters.
pub(super) fn find(attributes: &'static [Attribute], name: &str) -> Option<&'static Attribute> {
    attributes.iter().find(|one| one.name.eq_ignore_ascii_case(name))
}

impl Resource {
    /// The extension of this identifier, whatever the case of its letters.
    pub(super) fn extension(&self, id: &str) -> Option<&'static Schema> {
        self.extensions.iter().find(|one| one.id.eq_ignore_ascii_case(id))
    }

    /// Whether an attribute is of the standard and not kept here.
    pub(super) fn ignores(&self, name: &str) -> bool {
        self.ignored.iter().any(|one| one.eq_ignore_ascii_case(name))
            || name.split('.').next().is_some_and(|head| self.ignored.iter().any(|one| one.eq_ignore_ascii_case(head)))
    }
}

/// The attribute that a field of the register comes from, for messages.
pub(super) fn of_field(field: &str) -> String {
    let field = field.trim_start_matches('/');
    let (head, rest) = field.split_once('/').unwrap_or((field, ""));
    let attribute = match head {
        "office" => "office",
        "duty_station" => "dutyStationCode",
        "kind" => "personKind",
        "name" => "displayName",
        "email" => "emails",
        "languages" => "preferredLanguage",
        "call_sign" => "callSign",
        "phones" => "phoneNumbers",
        "external_id" => "externalId",
        "job_title" => "title",
        "time_zone" => "timezone",
        "zone" => "wardenZone",
        "sponsor" => "dependantOf",
        "supervisor" => "manager",
        "present_from" | "present_until" => "contractEnd",
        other => other,
    };
    if rest.is_empty() {
        attribute.to_owned()
    } else {
        format!("{attribute}[{}]", rest.split('/').next().unwrap_or(rest))
    }
}
