//! At three in the morning every console is closed: the real program, by the real clock, killed again and again. It takes
//! minutes, and is run by itself:
//! `cargo nextest run --workspace --run-ignored only -E 'test(/^night::/)' --no-capture`

use std::path::Path;
use std::time::{Duration, Instant};

use tests::{Database, Db, Exchange, Gateway, Program, World, free_port, gateway, until, voice, within};
use uuid::Uuid;
use wire::case::{Change, DeliveryChannel, DeliveryState, LadderStep};

use crate::duty::{Ground, OFFICER};

/// The program, its gateways, and the officer in the country.
struct Night {
    ground: Ground,
    exchange: Exchange,
    program: Option<Program>,
    folder: tempfile::TempDir,
    database: Database,
    port: u16,
}

fn start(folder: &Path, database: &Database, port: u16, (gateway, exchange): (&Gateway, &Exchange)) -> Program {
    let callbacks = format!("http://127.0.0.1:{port}");
    let settings = [
        ("MUSTER_SMS_GATEWAY", gateway.url()),
        ("MUSTER_SMS_USER", gateway::USER),
        ("MUSTER_SMS_PASSWORD", gateway::PASSWORD),
        ("MUSTER_VOICE_GATEWAY", exchange.url()),
        ("MUSTER_VOICE_TOKEN", voice::TOKEN),
        ("MUSTER_GATEWAY_CALLBACKS", &callbacks),
    ];
    Program::start_with(folder, &database.data(), &database.url(), port, "info", &settings)
}

impl Night {
    async fn falls(db: Db) -> Self {
        let (folder, database, port) = (tempfile::tempdir().expect("a folder"), Database::fresh(db), free_port());
        let (gateway, exchange) = (Gateway::start(), Exchange::start());
        let mut program = start(folder.path(), &database, port, (&gateway, &exchange));
        program.ready().await;
        let world = World::set_up(program.http(), program.setup_secret().await).await;
        let awa = world.operator("Awa Diallo").await;
        let ground = Ground { gateway, world, awa };
        ground.everybody().await;
        Self { ground, exchange, program: Some(program), folder, database, port }
    }

    async fn is_killed(&mut self) {
        self.program.take().expect("it runs").kill();
        let gateways = (&self.ground.gateway, &self.exchange);
        let mut program = start(self.folder.path(), &self.database, self.port, gateways);
        program.ready().await;
        self.program = Some(program);
    }

    /// An alarm; the program is killed 20 s and 55 s later, and the telephone rings after a minute. What each was late by.
    async fn alarm(&mut self, claimed: bool) -> (Uuid, tests::voice::Call) {
        let began = Instant::now();
        let texts = self.ground.called().len();
        let name = if claimed { "Amina Wanjiru" } else { "Musa Kimani" };
        let case = self.ground.world.phone(name, &self.ground.world.kenya).await.tap().await.case.id;
        let text = async || (self.ground.called().len() > texts).then_some(());
        until("the officer's text", text).await;
        println!("  text to the officer after {:.1} s", began.elapsed().as_secs_f64());
        if claimed {
            self.ground.awa.claims(case).await;
            println!("  taken by the operations centre after {:.1} s", began.elapsed().as_secs_f64());
        }
        for kill in [20, 55] {
            tokio::time::sleep_until((began + Duration::from_secs(kill)).into()).await;
            self.is_killed().await;
            println!("  killed at {kill} s, ready again after {:.1} s", began.elapsed().as_secs_f64());
        }
        let calls = self.exchange.calls().len();
        let rings = async || self.exchange.calls().into_iter().nth(calls).filter(|call| call.to == OFFICER);
        let call = within(Duration::from_secs(30), "the officer's telephone", rings).await;
        println!("  telephone of the officer rings after {:.1} s", began.elapsed().as_secs_f64());
        assert!(began.elapsed() >= Duration::from_secs(59) && began.elapsed() < Duration::from_secs(66));
        assert!(call.press("1").await.end);
        println!("  answered by the key after {:.1} s", began.elapsed().as_secs_f64());
        let answered = async || {
            let told = self.ground.timeline(case).await.into_iter().rev().find_map(|entry| match entry.change {
                Change::CallResult { channel: DeliveryChannel::Voice, state, .. } => Some(state),
                _ => None,
            });
            (told == Some(DeliveryState::Answered)).then_some(())
        };
        until("the answer on the timeline", answered).await;
        let steps = self.ground.steps(case).await;
        assert_eq!(steps.iter().map(|(step, ..)| *step).collect::<Vec<_>>(), [LadderStep::DutyOfficer; 2]);
        assert_eq!(self.ground.called().len(), texts + 1, "no step twice");
        (case, call)
    }
}

async fn night(db: Db) {
    let mut night = Night::falls(db).await;
    println!("{db:?}, every console closed, nobody looks:");
    let (case, _) = night.alarm(false).await;
    let owner = async |night: &Night, case| night.ground.awa.sees(case).await.case.owner.map(|owner| owner.name);
    assert_eq!(owner(&night, case).await.as_deref(), Some("Ken Mwangi"));
    println!("{db:?}, the operations centre takes it first:");
    let (case, _) = night.alarm(true).await;
    assert_eq!(owner(&night, case).await.as_deref(), Some("Awa Diallo"));
    night.program.take().expect("it runs").terminate().await;
}

#[tokio::test]
#[ignore = "minutes by the real clock"]
async fn the_officers_telephone_rings_through_two_kills_on_sqlite() {
    night(Db::Sqlite).await;
}

#[cfg(not(sqlite_only))]
#[tokio::test]
#[ignore = "minutes by the real clock"]
async fn the_officers_telephone_rings_through_two_kills_on_postgres() {
    night(Db::Postgres).await;
}
