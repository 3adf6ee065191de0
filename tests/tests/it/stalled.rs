//! Bodies that do not come whole: the alarm rings with what there is, and what came is kept.

use std::time::{Duration, Instant};

use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use diesel::prelude::*;
use futures_util::stream::{self, BoxStream, StreamExt};
use muster::http::body::{Bounds, Partial, whatever_comes};
use muster::on;
use muster::store::schema::attempts;
use muster::store::types::Id;
use tests::{TestApp, key, on_both};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use uuid::Uuid;
use wire::case::Change;

on_both!(a_body_that_stalls_rings_after_four_seconds_and_is_kept_as_far_as_it_came, async |app| {
    let world = app.world().await;
    let operator = world.operator("Awa Diallo").await;
    let phone = world.phone("Musa Kimani", &world.kenya).await;
    let (tap, whole) = (key(), r#"{"network":"2g","position":{"lat":0.31,"lon":32.58}}"#);
    let came = &whole[..30];
    let mut line = TcpStream::connect(("127.0.0.1", app.port())).await.expect("the server is there");
    let head = format!(
        "POST /v1/not-okay HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Distress {}\r\nIdempotency-Key: {tap}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{came}",
        phone.distress,
        whole.len()
    );
    line.write_all(head.as_bytes()).await.expect("sent");
    let began = Instant::now();
    let mut status = [0; 12];
    let answered = tokio::time::timeout(Duration::from_secs(8), line.read_exact(&mut status)).await;
    answered.expect("the alarm does not wait for the rest").expect("an answer");
    assert_eq!(String::from_utf8_lossy(&status), "HTTP/1.1 201");
    assert!(began.elapsed() >= Duration::from_millis(3_900), "a slow line gets its 4 s, not {:?}", began.elapsed());

    let cases = operator.snapshot().await.cases;
    let [case] = cases.as_slice() else { panic!("one case, not {}", cases.len()) };
    assert!(case.ringing && case.position.is_none());
    let detail = operator.sees(case.id).await;
    let Change::Raised { raw, .. } = &detail.timeline[0].change else { panic!("the first event is no raise") };
    assert!(raw.iter().any(|raw| raw.why == "broke_off"), "{raw:?}");
    assert_eq!(bodies(app, case.id).await, [came.as_bytes()]);
    // The line is back: the same tap, whole.
    phone.raise(tap, whole).await.expect(200);
    let again = operator.sees(case.id).await.case;
    assert!(again.taps == 1 && again.position.is_some());
    assert_eq!(bodies(app, case.id).await, [came.as_bytes(), whole.as_bytes()]);
});

/// The bodies of a case's attempts, oldest first.
pub(crate) async fn bodies(app: &TestApp, case: Uuid) -> Vec<Vec<u8>> {
    let read = app.app().store.read(move |reading| {
        let rows: Vec<(Id, Vec<u8>)> = on!(&mut *reading.conn, |c| attempts::table
            .filter(attempts::case_id.eq(Id(case)))
            .order(attempts::attempt)
            .select((attempts::id, attempts::body))
            .load(c))?;
        let key = reading.vault.key(reading.conn, case)?;
        Ok(rows.iter().map(|(id, body)| key.open(id.0.as_bytes(), body).expect("it opens")).collect())
    });
    read.await.expect("the attempts are read")
}

#[test]
fn a_body_is_taken_as_far_as_it_came_when_its_time_is_over() {
    const BOUNDS: Bounds = Bounds { kept: 20, read: 40, time: Duration::from_secs(4) };
    let part = |text: &'static str| Ok::<_, PayloadError>(Bytes::from_static(text.as_bytes()));
    let partial = |bytes: &str, incomplete| Partial { bytes: bytes.into(), incomplete };
    let taken = async |body: BoxStream<'static, Result<Bytes, PayloadError>>| {
        let began = tokio::time::Instant::now();
        (whatever_comes(body, BOUNDS).await, began.elapsed().as_secs_f32().round())
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.expect("a runtime").block_on(async {
        let whole = stream::iter([part("{\"a\""), part(":1}")]);
        assert_eq!(taken(whole.boxed()).await, (partial("{\"a\":1}", None), 0.0));
        let stalled = stream::iter([part("{\"a\"")]).chain(stream::pending());
        assert_eq!(taken(stalled.boxed()).await, (partial("{\"a\"", Some("broke_off")), 4.0));
        let trickling = stream::unfold((), move |()| async move {
            tokio::time::sleep(Duration::from_millis(900)).await;
            Some((part("x"), ()))
        });
        assert_eq!(taken(trickling.boxed()).await, (partial("xxxx", Some("broke_off")), 4.0));
        let broken = stream::iter([part("{"), Err(PayloadError::Incomplete(None)), part("}")]);
        assert_eq!(taken(broken.boxed()).await, (partial("{", Some("broke_off")), 0.0));
        let endless = stream::repeat_with(move || part("0123456789abcdef"));
        assert_eq!(taken(endless.boxed()).await, (partial("0123456789abcdef0123", Some("too_large")), 0.0));
    });
}
