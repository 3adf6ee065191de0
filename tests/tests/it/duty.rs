//! People on duty whom an alarm calls, and what its timeline says of it.

use serde_json::{Value, json};
use tests::{Gateway, Operator, TestApp, World, until};
use uuid::Uuid;
use wire::case::{Called, Change, DeliveryState, LadderStep, TimelineEntry};

/// People in Kenya whom a case there may call, and somebody in danger.
pub(crate) struct Ground {
    pub(crate) gateway: Gateway,
    pub(crate) world: World,
    pub(crate) awa: Operator,
}

pub(crate) const OFFICER: &str = "+254700000001";
pub(crate) const REGIONAL: &str = "+254700000002";
pub(crate) const OPERATOR: &str = "+254700000003";
pub(crate) const UGANDAN: &str = "+256700000004";

/// The standard ladder by these channels, and nobody at the operations centre is called because no console is watched.
pub(crate) fn standard(channels: &[&str]) -> Value {
    let others: Vec<&str> = channels.iter().copied().filter(|channel| *channel != "voice").collect();
    json!({ "revision": 0, "steps": [
        { "step": "duty_officer", "after_s": 0, "channels": others },
        { "step": "duty_officer", "after_s": 60, "channels": ["voice"] },
        { "step": "regional_officer", "after_s": 120, "channels": channels },
        { "step": "everybody", "after_s": 300, "channels": channels },
    ] })
}

impl Ground {
    /// Nobody sits at a console, and no policy minds.
    pub(crate) async fn new(app: &mut TestApp) -> Self {
        let ground = Self::as_installed(app).await;
        let path = format!("/v1/escalation/policies/{}", Uuid::nil());
        let channels = standard(&["sms", "voice", "webpush", "fcm"]);
        ground.world.administrator.put(&path, &channels).await.expect(200);
        ground
    }

    pub(crate) async fn as_installed(app: &mut TestApp) -> Self {
        let gateway = Gateway::start();
        app.texts_by(gateway.url());
        app.stop().await;
        app.start_again();
        let world = app.world().await;
        let awa = world.operator("Awa Diallo").await;
        Self { gateway, world, awa }
    }

    /// Somebody with a role and a number; proven or not.
    pub(crate) async fn on_duty(
        &self,
        name: &str,
        (role, area, id): (&str, &str, Option<Uuid>),
        number: &str,
        proven: bool,
    ) -> Uuid {
        let office = if number == UGANDAN { &self.world.uganda } else { &self.world.kenya };
        let more = json!({ "phones": [{ "number": number, "kind": "mobile" }], "languages": ["fr", "en"] });
        let person = self.world.person_with(name, office, more).await;
        let (id_of, phone) = (person.brief.id.expect("in the register"), person.phones[0].id.expect("a number"));
        if proven {
            let path = format!("/v1/people/{id_of}/numbers/{phone}/verification");
            self.world.administrator.post(&path, &json!({})).await.expect(200);
        }
        self.world.grant(id_of, role, area, id).await;
        id_of
    }

    pub(crate) async fn officer(&self, proven: bool) -> Uuid {
        let area = ("field_security_officer", "office", Some(self.world.kenya.id));
        self.on_duty("Ken Mwangi", area, OFFICER, proven).await
    }

    pub(crate) async fn everybody(&self) {
        self.ugandan().await;
        self.officer(true).await;
        let organisation = ("regional_security_officer", "organisation", Some(self.world.organisation));
        self.on_duty("Rosa Marin", organisation, REGIONAL, true).await;
        self.on_duty("Omar Said", ("operations_operator", "installation", None), OPERATOR, true).await;
    }

    pub(crate) async fn ugandan(&self) {
        let uganda = ("field_security_officer", "office", Some(self.world.uganda.id));
        self.on_duty("Uma Nakato", uganda, UGANDAN, true).await;
    }

    pub(crate) async fn raise(&self) -> Uuid {
        self.world.phone("Musa Kimani", &self.world.kenya).await.tap().await.case.id
    }

    pub(crate) fn called(&self) -> Vec<String> {
        self.gateway.taken().into_iter().map(|text| text.to).collect()
    }

    pub(crate) async fn has_called(&self, numbers: &[&str]) {
        until(format!("these to be called: {numbers:?}"), async || (self.called() == numbers).then_some(())).await;
    }

    /// Waits until the server has looked whom to call since now: it calls the officer of another country for a new case.
    pub(crate) async fn has_looked(&self) {
        let before = self.called().iter().filter(|to| *to == UGANDAN).count();
        self.world.phone("Amina Wanjiru", &self.world.uganda).await.tap().await;
        let after = async || (self.called().iter().filter(|to| *to == UGANDAN).count() > before).then_some(());
        until("the officer of another country to be called", after).await;
    }

    pub(crate) async fn timeline(&self, case: Uuid) -> Vec<TimelineEntry> {
        self.awa.sees(case).await.timeline
    }

    /// The steps so far: whom each called, and whether it was passed at once.
    pub(crate) async fn steps(&self, case: Uuid) -> Vec<(LadderStep, Vec<String>, bool)> {
        let step = |entry: TimelineEntry| match entry.change {
            Change::Called { step, people, passed } => {
                Some((step, people.into_iter().map(|Called { name, .. }| name).collect(), passed))
            }
            _ => None,
        };
        self.timeline(case).await.into_iter().filter_map(step).collect()
    }

    /// The results so far.
    pub(crate) async fn results(&self, case: Uuid) -> Vec<(String, DeliveryState)> {
        let result = |entry: TimelineEntry| match entry.change {
            Change::CallResult { name, state, .. } => Some((name, state)),
            _ => None,
        };
        self.timeline(case).await.into_iter().filter_map(result).collect()
    }
}
