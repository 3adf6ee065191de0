//! An invented organisation, entered through the HTTP interface by its administrator.

use std::ops::Deref;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};
use uuid::Uuid;
use wire::Code;
use wire::access::{AccountLink, Grant};
use wire::enrolment::EnrolmentIssued;
use wire::people::Person;
use wire::places::{DutyStation, Office, Places};

use crate::operator::SignedIn;
use crate::{Answer, Http, Operator, Phone, key};

/// In Kenya, far from every border.
pub const NAIROBI: (f64, f64) = (-1.2864, 36.8172);

/// In Uganda.
pub const KAMPALA: (f64, f64) = (0.3136, 32.5811);

/// In Ethiopia.
pub const ADDIS_ABABA: (f64, f64) = (9.0300, 38.7400);

/// In no country.
pub const OPEN_SEA: (f64, f64) = (-45.0, -130.0);

/// The administrator's password: long enough for the rules, and nobody's.
pub const PASSWORD: &str = "heron gravel lantern tide";

/// Who sets everything up. Sees no case.
#[derive(Clone)]
pub struct Administrator {
    /// The browser.
    pub desk: SignedIn,
}

impl Deref for Administrator {
    type Target = SignedIn;
    fn deref(&self) -> &SignedIn {
        &self.desk
    }
}

/// One organisation with offices in three countries.
pub struct World {
    /// Who set it up.
    pub administrator: Administrator,
    /// The organisation; also its scope.
    pub organisation: Uuid,
    /// Its office in Kenya.
    pub kenya: Office,
    /// Its office in Uganda.
    pub uganda: Office,
    /// Its office in Ethiopia.
    pub ethiopia: Office,
    /// A duty station of the Kenyan office.
    pub nairobi: DutyStation,
    made: AtomicU32,
}

impl World {
    /// Sets it up by the link of the first administrator.
    pub async fn set_up(http: Http, secret: String) -> Self {
        let first = json!({ "secret": secret, "organisation": "Lakes Relief", "name": "Ines Okoro",
                            "email": "ines.okoro@lakes.example", "password": PASSWORD });
        let answer = crate::Anonymous::at(http.clone()).post("/v1/setup", &first).await.expect(201);
        let administrator = Administrator { desk: SignedIn::by_answer(&http, &answer) };
        let places: Places = administrator.get("/v1/places").await.expect(200).json();
        let organisation = places.organisations.iter().find(|one| one.name == "Lakes Relief").expect("it was made").id;
        let mut offices = Vec::new();
        for (country, name) in [("KE", "Kenya Office"), ("UG", "Uganda Office"), ("ET", "Ethiopia Office")] {
            let body = json!({ "organisation": organisation, "country": country, "name": name, "duty_number": "+254705550100" });
            offices.push(administrator.post("/v1/offices", &body).await.expect(201).json::<Office>());
        }
        let [kenya, uganda, ethiopia]: [Office; 3] = offices.try_into().unwrap_or_else(|_| panic!("three offices"));
        let station = json!({ "office": kenya.id, "name": "Nairobi", "time_zone": "Africa/Nairobi",
                              "lat": NAIROBI.0, "lon": NAIROBI.1 });
        let nairobi = administrator.post("/v1/duty-stations", &station).await.expect(201).json();
        Self { administrator, organisation, kenya, uganda, ethiopia, nairobi, made: AtomicU32::new(0) }
    }

    fn http(&self) -> &Http {
        self.administrator.http()
    }

    /// Enters somebody of an office, with these fields besides.
    pub async fn person_with(&self, name: &str, office: &Office, more: Value) -> Person {
        let mut body = json!({ "office": office.id, "kind": "staff_national", "name": name });
        for (field, value) in more.as_object().into_iter().flatten() {
            body[field] = value.clone();
        }
        self.administrator.post("/v1/people", &body).await.expect(201).json()
    }

    /// Enters somebody of an office.
    pub async fn person(&self, name: &str, office: &Office) -> Uuid {
        self.person_with(name, office, json!({})).await.brief.id.expect("somebody of the register")
    }

    /// Grants a role.
    pub async fn grant(&self, person: Uuid, role: &str, area: &str, area_id: Option<Uuid>) -> Grant {
        self.grant_with(person, role, area, area_id, json!({})).await
    }

    /// Grants a role, for a time.
    pub async fn grant_with(&self, person: Uuid, role: &str, area: &str, area_id: Option<Uuid>, more: Value) -> Grant {
        let mut body = json!({ "person": person, "role": role, "area": area });
        if let Some(area_id) = area_id {
            body["area_id"] = json!(area_id);
        }
        for (field, value) in more.as_object().into_iter().flatten() {
            body[field] = value.clone();
        }
        self.stepping_up("/v1/grants", &body).await.expect(201).json()
    }

    /// The administrator writes; whose step-up is over proves anew who they are.
    async fn stepping_up(&self, path: &str, body: &Value) -> Answer {
        let answer = self.administrator.post(path, body).await;
        if answer.status == 403 && answer.problem().code == Code::StepUpRequired {
            self.administrator.step_up(PASSWORD).await;
            return self.administrator.post(path, body).await;
        }
        answer
    }

    /// The secret of a link by which somebody sets their password.
    pub async fn password_link(&self, person: Uuid) -> String {
        let made = self.stepping_up(&format!("/v1/people/{person}/account"), &json!({})).await;
        let link: AccountLink = made.expect(201).json();
        link.link.split("#password=").nth(1).expect("the secret is in the fragment").to_owned()
    }

    /// Somebody with an account and no grant, signed in.
    pub async fn account(&self, name: &str, office: &Office) -> Operator {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let email = format!("person{number}@lakes.example");
        let person = self.person_with(name, office, json!({ "email": email })).await;
        self.account_of(person.brief.id.expect("somebody of the register"), &email).await
    }

    /// Somebody of the register who gets an account, signed in.
    pub async fn account_of(&self, person: Uuid, email: &str) -> Operator {
        let secret = self.password_link(person).await;
        let password = format!("{PASSWORD} {}", person.simple());
        let set = json!({ "secret": secret, "password": password });
        crate::Anonymous::at(self.http().clone()).post("/v1/password", &set).await.expect(204);
        let desk = SignedIn::sign_in(self.http(), email, &password).await;
        Operator { desk, email: email.to_owned(), password }
    }

    /// An operator of the operations centre: sees everything.
    pub async fn operator(&self, name: &str) -> Operator {
        let operator = self.account(name, &self.kenya).await;
        self.grant(operator.person, "operations_operator", "installation", None).await;
        operator
    }

    /// A field security officer of one office.
    pub async fn field_officer(&self, name: &str, office: &Office) -> Operator {
        let officer = self.account(name, office).await;
        self.grant(officer.person, "field_security_officer", "office", Some(office.id)).await;
        officer
    }

    /// A code by which a phone becomes somebody's.
    pub async fn enrolment(&self, person: Uuid) -> EnrolmentIssued {
        let path = format!("/v1/people/{person}/enrolment");
        self.administrator.post_by(key(), &path, &json!({})).await.expect(201).json()
    }

    /// Somebody of an office, with an enrolled phone.
    pub async fn phone(&self, name: &str, office: &Office) -> Phone {
        let person = self.person(name, office).await;
        self.phone_of(person).await
    }

    /// A further phone of somebody.
    pub async fn phone_of(&self, person: Uuid) -> Phone {
        let code = self.enrolment(person).await.code;
        Phone::enrol(self.http(), &code).await
    }
}
