//! How much of the world a grant covers.

use std::collections::BTreeSet;

use uuid::Uuid;
use wire::access::AreaKind;

use crate::kernel::field::Invalid;
use crate::places::View;

/// How much of the world a grant covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// One warden zone.
    Zone(Uuid),
    /// One security area, with those inside it and all their zones.
    SecurityArea(Uuid),
    /// One country office.
    Office(Uuid),
    /// An organisation's offices in the countries of one of its regions, those made later too.
    Region(Uuid),
    /// One organisation and all its offices, those made later too.
    Organisation(Uuid),
    /// Every organisation's office in a country, and its areas and zones, those made later too.
    Country(CountryCode),
    /// Everything on this installation.
    Installation,
}

/// A country as a grant names it: two capital letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// Of two capital letters; none of anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 2] = text.as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_uppercase).then_some(Self(bytes))
    }

    /// The two letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// What stands for the whole country in a [`super::Reach`]: no identifier that is ever made
    /// equals it.
    pub fn key(self) -> Uuid {
        let mut bytes = *b"muster-country--";
        let [.., a, b] = &mut bytes;
        [*a, *b] = self.0;
        Uuid::from_bytes(bytes)
    }
}

impl Area {
    /// Of a kind and what names the area; the field that is wrong when they do not go together.
    pub fn named(kind: AreaKind, id: Option<Uuid>, country: Option<&str>) -> Result<Self, Invalid> {
        let named = || id.ok_or_else(|| Invalid::new("/area_id", "Name the area by its identifier."));
        if kind != AreaKind::Country && country.is_some() {
            return Err(Invalid::new("/country", "Leave this out: it names the country of a grant over a country."));
        }
        if matches!(kind, AreaKind::Country | AreaKind::Installation) && id.is_some() {
            return Err(Invalid::new("/area_id", "Leave this out: such an area has no identifier."));
        }
        Ok(match kind {
            AreaKind::Zone => Self::Zone(named()?),
            AreaKind::SecurityArea => Self::SecurityArea(named()?),
            AreaKind::Office => Self::Office(named()?),
            AreaKind::Region => Self::Region(named()?),
            AreaKind::Organisation => Self::Organisation(named()?),
            AreaKind::Country => {
                let country = country.and_then(CountryCode::parse);
                Self::Country(country.ok_or_else(|| Invalid::new("/country", "Name the country by its two letters."))?)
            }
            AreaKind::Installation => Self::Installation,
        })
    }

    /// Its kind.
    pub fn kind(self) -> AreaKind {
        match self {
            Self::Zone(_) => AreaKind::Zone,
            Self::SecurityArea(_) => AreaKind::SecurityArea,
            Self::Office(_) => AreaKind::Office,
            Self::Region(_) => AreaKind::Region,
            Self::Organisation(_) => AreaKind::Organisation,
            Self::Country(_) => AreaKind::Country,
            Self::Installation => AreaKind::Installation,
        }
    }

    /// Its identifier, where it has one.
    pub fn id(self) -> Option<Uuid> {
        match self {
            Self::Zone(id) | Self::SecurityArea(id) | Self::Office(id) | Self::Region(id) | Self::Organisation(id) => {
                Some(id)
            }
            Self::Country(_) | Self::Installation => None,
        }
    }

    /// The country, of a whole country.
    pub fn country(self) -> Option<CountryCode> {
        if let Self::Country(country) = self { Some(country) } else { None }
    }

    /// The field of a request that names it.
    pub fn field(self) -> &'static str {
        if self.country().is_some() { "/country" } else { "/area_id" }
    }

    /// Whether there is such an area. A country is one where somebody has an office, or that has a
    /// security area or a zone.
    pub fn exists(self, view: &View) -> bool {
        match self {
            Self::Installation => true,
            Self::Zone(id) => view.zone(id).is_some(),
            Self::SecurityArea(id) => view.area(id).is_some(),
            Self::Office(id) => view.office(id).is_some(),
            Self::Region(id) => view.region(id).is_some(),
            Self::Organisation(id) => view.organisation(id).is_some(),
            Self::Country(country) => !view.within_country(country.as_str()).is_empty(),
        }
    }

    /// Its name, for the screen; none of a country, of the installation, or of what is not there.
    pub fn name(self, view: &View) -> Option<String> {
        match self {
            Self::Zone(id) => view.zone(id).map(|zone| zone.name.clone()),
            Self::SecurityArea(id) => view.area(id).map(|area| area.name.clone()),
            Self::Region(id) => view.region(id).map(|region| region.name.clone()),
            Self::Office(id) | Self::Organisation(id) => view.scope_name(id),
            Self::Country(_) | Self::Installation => None,
        }
    }

    /// The scopes in whose logs a deed about the area is noted: offices for what is in a country,
    /// organisations for what is wider. Never none on an installation that has an organisation.
    pub fn scopes(self, view: &View) -> BTreeSet<Uuid> {
        let offices_in = |country: &str| {
            let offices = view.offices.values().filter(|office| office.country == country);
            offices.map(|office| office.id).collect()
        };
        let scopes: BTreeSet<Uuid> = match self {
            Self::Office(id) | Self::Organisation(id) => [id].into(),
            Self::Region(id) => view.offices_of_region(id).into_iter().collect(),
            Self::Country(country) => offices_in(country.as_str()),
            Self::Zone(id) => view.zone(id).map(|zone| offices_in(&zone.country)).unwrap_or_default(),
            Self::SecurityArea(id) => view.area(id).map(|area| offices_in(&area.country)).unwrap_or_default(),
            Self::Installation => BTreeSet::new(),
        };
        if scopes.is_empty() { view.organisations.keys().copied().collect() } else { scopes }
    }

    /// [`Area::scopes`] with the organisations of those offices: for what every lead is told.
    pub fn told(self, view: &View) -> BTreeSet<Uuid> {
        let scopes = self.scopes(view);
        let organisations = scopes.iter().filter_map(|scope| view.office(*scope)).map(|office| office.organisation);
        let organisations: Vec<Uuid> = organisations.collect();
        scopes.into_iter().chain(organisations).collect()
    }
}
