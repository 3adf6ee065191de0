//! Where the matrix is played: two organisations, five country offices, three zones in three security
//! areas; in every office somebody of everything that a route can be asked about.

use chrono::{DateTime, Utc};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tests::{ADDIS_ABABA, KAMPALA, NAIROBI, Operator, Phone, Provisioner, SignedIn, TestApp, World, key};
use uuid::Uuid;
use wire::IDEMPOTENCY_KEY;
use wire::access::AreaKind;
use wire::places::Office;
use wire::sign_in::OpenSessions;
use wire::watch::Watch;

use super::oracle::At;
use super::routes::duty;

/// One country office with something of everything in it.
pub(super) struct Spot {
    pub(super) office: Uuid,
    pub(super) organisation: Uuid,
    pub(super) country: &'static str,
    /// Somebody of the office with a number, a phone that rings, an account, a session, and a grant.
    pub(super) person: Uuid,
    pub(super) number: Uuid,
    pub(super) phone: Phone,
    pub(super) case: Uuid,
    pub(super) grant: Uuid,
    pub(super) desk: SignedIn,
    pub(super) email: String,
    pub(super) password: String,
    pub(super) session: Uuid,
    /// A colleague, who leaves and comes back.
    pub(super) colleague: Uuid,
    pub(super) station: Uuid,
    pub(super) premises: Uuid,
    pub(super) batch: Uuid,
    pub(super) import: Uuid,
    /// A field security officer with an entry of the roster; the watch over the office, and a shift of it.
    pub(super) officer: Uuid,
    pub(super) entry: Uuid,
    pub(super) watch: Uuid,
    pub(super) shift: Uuid,
}

/// The ground, and the identifiers that a request is made of.
pub(super) struct Ground {
    pub(super) world: World,
    /// The office where everybody works who is tried: what is done to an office is not done to them.
    home: Office,
    /// A shift lead of the whole installation, who may seize every office.
    lead: SignedIn,
    pub(super) spots: Vec<Spot>,
    pub(super) organisations: [Uuid; 2],
    /// A token of each organisation's.
    pub(super) tokens: [Uuid; 2],
    pub(super) regions: [Uuid; 2],
    pub(super) zones: [Uuid; 3],
    pub(super) areas: [Uuid; 3],
}

/// The names by which a request speaks of a place and what is in it. What nobody knows has the same.
#[derive(Clone)]
pub(super) struct Names {
    pub(super) office: Uuid,
    pub(super) organisation: Uuid,
    pub(super) region: Uuid,
    pub(super) zone: Uuid,
    pub(super) area: Uuid,
    pub(super) country: String,
    pub(super) person: Uuid,
    pub(super) person_name: String,
    pub(super) number: Uuid,
    pub(super) device: Uuid,
    pub(super) case: Uuid,
    pub(super) grant: Uuid,
    pub(super) session: Uuid,
    pub(super) colleague: Uuid,
    pub(super) station: Uuid,
    pub(super) premises: Uuid,
    pub(super) batch: Uuid,
    pub(super) import: Uuid,
    pub(super) profile: String,
    pub(super) token: Uuid,
    pub(super) officer: Uuid,
    pub(super) entry: Uuid,
    pub(super) watch: Uuid,
    pub(super) shift: Uuid,
}

impl Names {
    /// Names of nothing: what is answered to them is what must be answered about what is not one's own.
    pub(super) fn unknown() -> Self {
        Self {
            office: key(),
            organisation: key(),
            region: key(),
            zone: key(),
            area: key(),
            country: "TV".to_owned(),
            person: key(),
            person_name: "Nobody at all".to_owned(),
            number: key(),
            device: key(),
            case: key(),
            grant: key(),
            session: key(),
            colleague: key(),
            station: key(),
            premises: key(),
            batch: key(),
            import: key(),
            profile: profile(key()),
            token: key(),
            officer: key(),
            entry: key(),
            watch: key(),
            shift: key(),
        }
    }
}

/// What the columns of an organisation's lists are remembered as.
fn profile(organisation: Uuid) -> String {
    format!("List of {organisation}")
}

async fn made(desk: &SignedIn, path: &str, body: Value) -> Uuid {
    let answer = desk.post(path, &body).await.expect(201).value();
    serde_json::from_value(answer["id"].clone()).unwrap_or_else(|_| panic!("{path} names what it made: {answer}"))
}

impl Ground {
    /// Enters all of it through the interface.
    pub(super) async fn lay(app: &TestApp) -> Self {
        let world = app.world().await;
        let admin = &world.administrator;
        let hills = made(admin, "/v1/organisations", json!({ "name": "Hills Relief", "short_name": "HILLS" })).await;
        let mut offices: Vec<Office> = vec![world.kenya.clone(), world.uganda.clone(), world.ethiopia.clone()];
        for country in ["KE", "UG"] {
            let body = json!({ "organisation": hills, "country": country, "name": format!("Hills {country}") });
            offices.push(admin.post("/v1/offices", &body).await.expect(201).json());
        }
        let east = json!({ "organisation": world.organisation, "name": "East", "countries": ["KE", "UG"] });
        let west = json!({ "organisation": hills, "name": "All", "countries": ["KE", "UG"] });
        let regions = [made(admin, "/v1/regions", east).await, made(admin, "/v1/regions", west).await];
        let (mut zones, mut areas) = (Vec::new(), Vec::new());
        for (number, country) in ["KE", "KE", "UG"].into_iter().enumerate() {
            let body = json!({ "country": country, "kind": "area", "name": format!("Area {number}") });
            let area = made(admin, "/v1/security-areas", body).await;
            let body = json!({ "country": country, "name": format!("Zone {number}"), "area": area });
            zones.push(made(admin, "/v1/zones", body).await);
            areas.push(area);
        }
        let home = json!({ "organisation": world.organisation, "country": "CH", "name": "Headquarters" });
        let home: Office = admin.post("/v1/offices", &home).await.expect(201).json();
        let lead = world.account("Lead of the shift", &home).await;
        world.grant(lead.person, "shift_lead", "installation", None).await;
        lead.desk.step_up(&lead.password).await;
        let lead = lead.desk;
        let mut tokens = Vec::new();
        for organisation in [world.organisation, hills] {
            tokens.push(Provisioner::issued_by(admin, organisation, 30).await.token);
        }
        let tokens = <[Uuid; 2]>::try_from(tokens).expect("two");
        let three = |ids: Vec<Uuid>| <[Uuid; 3]>::try_from(ids).expect("three");
        let mut ground = Self {
            organisations: [world.organisation, hills],
            tokens,
            regions,
            zones: three(zones),
            areas: three(areas),
            spots: Vec::new(),
            home,
            lead,
            world,
        };
        for office in &offices {
            let spot = ground.furnish(office).await;
            ground.spots.push(spot);
        }
        ground
    }

    async fn furnish(&self, office: &Office) -> Spot {
        let (world, admin) = (&self.world, &self.world.administrator);
        let country = ["KE", "UG", "ET"].into_iter().find(|one| *one == office.country).expect("one of three");
        let name = |who: &str| format!("{who} of {}", office.name);
        let holder = world.account(&name("Holder"), office).await;
        let person = holder.person;
        let number = format!("+2547055502{:02}", self.spots.len());
        let mut change = json!({ "phones": [{ "number": number, "kind": "mobile" }] });
        if country != "ET" {
            change["zone"] = json!(if country == "KE" { self.zones[0] } else { self.zones[2] });
        }
        let request = admin.request(Method::PATCH, &format!("/v1/people/{person}")).header("If-Match", "\"1\"");
        let request = request.header(IDEMPOTENCY_KEY, key().to_string()).json(&change);
        let entered = admin.http().send(request).await.expect(200).value();
        let number: Uuid = serde_json::from_value(entered["phones"][0]["id"].clone())
            .unwrap_or_else(|_| panic!("a number has an identifier: {entered}"));
        let phone = world.phone_of(person).await;
        let here = match country {
            "KE" => NAIROBI,
            "UG" => KAMPALA,
            _ => ADDIS_ABABA,
        };
        let case = phone.tap_at(here).await.case.id;
        let path = format!("/v1/me/numbers/{number}/code");
        let with = |request: RequestBuilder| request.header(IDEMPOTENCY_KEY, key().to_string()).json(&json!({}));
        phone.ask(Method::POST, &path, with).await.expect(200);
        let grant = world.grant(person, "chief_of_mission", "office", Some(office.id)).await.id;
        let sessions: OpenSessions = holder.desk.get("/v1/sessions").await.expect(200).json();
        let session = sessions.sessions.first().expect("one's own").id;
        let colleague = world.person(&name("Colleague"), office).await;
        let station = json!({ "office": office.id, "name": name("Station"), "time_zone": "Africa/Nairobi",
                              "lat": 1.0, "lon": 37.0 });
        let station = made(admin, "/v1/duty-stations", station).await;
        let premises = json!({ "office": office.id, "kind": "office", "name": name("House"), "lat": 1.0, "lon": 37.0 });
        let premises = made(admin, "/v1/premises", premises).await;
        let batch = json!({ "people": [colleague], "days": 3 });
        let batch = made(admin, "/v1/enrolment-batches", batch).await;
        let path = format!("/v1/imports?organisation={}&office={}", office.organisation, office.id);
        let request = admin.request(Method::POST, &path).header(IDEMPOTENCY_KEY, key().to_string());
        let list = format!("Staff ID,Full name\nx1,{}\n", name("Newcomer"));
        let sent = admin.http().send(request.header("Muster-File-Name", "list.csv").body(list)).await.expect(201);
        let sent = sent.value();
        let import: Uuid = serde_json::from_value(sent["id"].clone()).expect("an import has an identifier");
        let mut mapping = sent["mapping"].clone();
        mapping["remember_as"] = json!(profile(office.organisation));
        let request = admin.request(Method::PUT, &format!("/v1/imports/{import}/mapping"));
        let request = request.header(IDEMPOTENCY_KEY, key().to_string()).json(&mapping);
        admin.http().send(request).await.expect(200);
        let organisation = office.organisation;
        let officer = world.person(&name("Officer"), office).await;
        world.grant(officer, "field_security_officer", "office", Some(office.id)).await;
        let entry = made(admin, "/v1/roster", duty(office.id, officer)).await;
        let begun = json!({ "area": "office", "area_id": office.id });
        let begun: Watch = self.lead.post("/v1/shifts", &begun).await.expect(201).json();
        Spot {
            office: office.id,
            organisation,
            country,
            person,
            number,
            phone,
            case,
            grant,
            desk: holder.desk,
            email: holder.email,
            password: holder.password,
            session,
            colleague,
            station,
            premises,
            batch,
            import,
            officer,
            entry,
            watch: begun.id,
            shift: begun.shifts[0].id,
        }
    }

    /// Where a grant of this kind lies: always the first of its kind.
    pub(super) fn area(&self, kind: AreaKind) -> Value {
        match kind {
            AreaKind::Zone => json!({ "area": kind, "area_id": self.zones[0] }),
            AreaKind::SecurityArea => json!({ "area": kind, "area_id": self.areas[0] }),
            AreaKind::Office => json!({ "area": kind, "area_id": self.spots[0].office }),
            AreaKind::Region => json!({ "area": kind, "area_id": self.regions[0] }),
            AreaKind::Organisation => json!({ "area": kind, "area_id": self.organisations[0] }),
            AreaKind::Country => json!({ "area": kind, "country": "KE" }),
            AreaKind::Installation => json!({ "area": kind }),
        }
    }

    /// What a request about this place is made of.
    pub(super) fn names(&self, at: At) -> Names {
        let spot = match at {
            At::Office(number) => &self.spots[number],
            At::Organisation(1) => &self.spots[3],
            At::Zone(2) | At::SecurityArea(2) => &self.spots[1],
            _ => &self.spots[0],
        };
        let pick = |place: usize| match at {
            At::Zone(number) | At::SecurityArea(number) => number,
            _ => place,
        };
        let mine = usize::from(spot.organisation == self.organisations[1]);
        Names {
            office: spot.office,
            organisation: spot.organisation,
            region: self.regions[mine],
            zone: self.zones[pick(0)],
            area: self.areas[pick(0)],
            country: spot.country.to_owned(),
            person: spot.person,
            person_name: spot.desk.name.clone(),
            number: spot.number,
            device: spot.phone.device,
            case: spot.case,
            grant: spot.grant,
            session: spot.session,
            colleague: spot.colleague,
            station: spot.station,
            premises: spot.premises,
            batch: spot.batch,
            import: spot.import,
            profile: profile(spot.organisation),
            officer: spot.officer,
            entry: spot.entry,
            watch: spot.watch,
            shift: spot.shift,
            token: self.tokens[mine],
        }
    }

    /// Something new in the place of what a route ends, so that everybody who may end it does.
    pub(super) async fn renew(&self, operation: &str, names: &mut Names) {
        let (world, admin) = (&self.world, &self.world.administrator);
        let new = |what: &str| format!("{what} {}", key().simple());
        match operation {
            "DELETE /v1/enrolment-batches/{id}" => {
                let body = json!({ "people": [names.colleague], "days": 3, "again": true });
                names.batch = made(admin, "/v1/enrolment-batches", body).await;
            }
            "DELETE /v1/devices/{id}" => names.device = world.phone_of(names.person).await.device,
            "PUT /v1/roster/{id}" | "DELETE /v1/roster/{id}" => {
                names.entry = made(admin, "/v1/roster", duty(names.office, names.officer)).await;
            }
            "DELETE /v1/duty-stations/{id}" => {
                let body = json!({ "office": names.office, "name": new("Station"), "time_zone": "Africa/Nairobi",
                                   "lat": 1.0, "lon": 37.0 });
                names.station = made(admin, "/v1/duty-stations", body).await;
            }
            "DELETE /v1/premises/{id}" => {
                let body = json!({ "office": names.office, "kind": "office", "name": new("House"), "lat": 1.0,
                                   "lon": 37.0 });
                names.premises = made(admin, "/v1/premises", body).await;
            }
            "DELETE /v1/regions/{id}" => {
                let body = json!({ "organisation": names.organisation, "name": new("Region"), "countries": ["SO"] });
                names.region = made(admin, "/v1/regions", body).await;
            }
            "DELETE /v1/tokens/{id}" => {
                names.token = Provisioner::issued_by(admin, names.organisation, 30).await.token;
            }
            "DELETE /v1/zones/{id}" => {
                let body = json!({ "country": names.country, "name": new("Zone") });
                names.zone = made(admin, "/v1/zones", body).await;
            }
            "DELETE /v1/security-areas/{id}" => {
                let body = json!({ "country": names.country, "kind": "area", "name": new("Area") });
                names.area = made(admin, "/v1/security-areas", body).await;
            }
            "DELETE /v1/sessions/{id}" => {
                let sessions: OpenSessions = {
                    let path = format!("/v1/people/{}/sessions", names.person);
                    let spot = self.spots.iter().find(|spot| spot.person == names.person).expect("a spot's holder");
                    SignedIn::sign_in(admin.http(), &spot.email, &spot.password).await;
                    admin.get(&path).await.expect(200).json()
                };
                names.session = sessions.sessions.last().expect("a session").id;
            }
            "DELETE /v1/grants/{id}" | "POST /v1/grants/{id}/ad-interim" => {
                let grant = world.grant(names.person, "local_security", "office", Some(names.office)).await;
                names.grant = grant.id;
            }
            "POST /v1/people/{id}/departure" | "POST /v1/people/{id}/return" => {
                let body = json!({ "office": names.office, "kind": "staff_national", "name": new("Leaver") });
                names.colleague = made(admin, "/v1/people", body).await;
            }
            _ => {}
        }
        if operation == "POST /v1/people/{id}/return" {
            admin.post(&format!("/v1/people/{}/departure", names.colleague), &json!({})).await.expect(204);
        }
        if operation == "DELETE /v1/offices/{id}/seizure" {
            self.seize(names.office).await;
        }
    }

    async fn seize(&self, office: Uuid) {
        let body = json!({ "reason": "the matrix seizes what is to be restored" });
        let answer = self.lead.post(&format!("/v1/offices/{office}/seizure"), &body).await;
        assert!([200, 409].contains(&answer.status), "{}", answer.text());
    }

    /// Somebody new with this role over the first area of its kind, signed in and stepped up.
    pub(super) async fn somebody(&self, role: &str, area: Option<AreaKind>, until: DateTime<Utc>) -> Operator {
        let account = self.world.account(&format!("Somebody as {role}"), &self.home).await;
        if let Some(kind) = area {
            let mut more = self.area(kind);
            more["until"] = json!(until);
            self.world.grant_with(account.person, role, kind.word(), None, more).await;
        }
        account.step_up(&account.password).await;
        account
    }
}
