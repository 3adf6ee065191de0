//! The people of a run: phones in three offices, operators who see everything, officers who see one office.

use std::time::Duration;

use anyhow::{Result, bail};
use tests::{ADDIS_ABABA, Http, KAMPALA, NAIROBI, Operator, World};
use uuid::Uuid;
use wire::places::{Office, Places};

/// A phone in somebody's hand.
#[derive(Debug, Clone)]
pub struct Handset {
    /// Its distress capability.
    pub distress: String,
    /// The office of its owner.
    pub office: Uuid,
    /// Where it may be: degrees north and east, and the office that must hear of it.
    pub places: Vec<((f64, f64), Uuid)>,
}

/// Everybody.
pub struct People {
    /// The phones.
    pub phones: Vec<Handset>,
    /// Sees everything.
    pub operator: Operator,
    /// Takes cases, and then does nothing.
    pub idle: Operator,
    /// Each sees one office.
    pub officers: Vec<(Operator, Uuid)>,
}

impl People {
    /// Enters everybody at one node.
    pub async fn enter(http: Http, secret: String, phones: usize) -> Result<Self> {
        let world = World::set_up(http, secret).await;
        let operator = world.operator("Awa Diallo").await;
        let idle = world.operator("Tomas Berg").await;
        let (kenya, uganda) = (&world.kenya, &world.uganda);
        let officers = vec![
            (world.field_officer("Ben Otieno", kenya).await, kenya.id),
            (world.field_officer("Grace Auma", uganda).await, uganda.id),
        ];
        let offices: [&Office; 4] = [kenya, uganda, kenya, &world.ethiopia];
        let places = vec![(NAIROBI, kenya.id), (KAMPALA, uganda.id), (ADDIS_ABABA, world.ethiopia.id)];
        let mut handsets = Vec::new();
        for (number, office) in (0..phones).zip(offices.into_iter().cycle()) {
            let phone = world.phone(&format!("Person {number}"), office).await;
            handsets.push(Handset { distress: phone.distress, office: office.id, places: places.clone() });
        }
        Ok(Self { phones: handsets, operator, idle, officers })
    }

    /// Waits until a node knows the places that were entered at another one.
    pub async fn are_known_at(&self, http: &Http) -> Result<()> {
        for _ in 0..400 {
            let answer = self.operator.at(http).get("/v1/places").await;
            if answer.status == 200 && answer.json::<Places>().offices.len() >= 3 {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("a node does not get to know the places of another one")
    }
}
