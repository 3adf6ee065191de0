//! The closed loop: so many clients, each of whom sends the next tap when the last one was answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::taps::{Sent, tap};
use crate::target::Target;
use crate::world::Tapper;

/// Sends for `length`, by people in rotation; returns what was sent, in no order.
pub async fn send(target: &Target, tappers: &Arc<Vec<Tapper>>, clients: u32, length: Duration) -> Vec<Sent> {
    let (began, next) = (Instant::now(), Arc::new(AtomicUsize::new(0)));
    let mut sending = JoinSet::new();
    for _ in 0..clients {
        let (target, tappers, next) = (target.clone(), Arc::clone(tappers), Arc::clone(&next));
        sending.spawn(async move {
            let (mut sent, mut connection) = (Vec::new(), None);
            while began.elapsed() < length {
                let turn = next.fetch_add(1, Ordering::Relaxed) % tappers.len().max(1);
                let Some(tapper) = tappers.get(turn) else { break };
                sent.push(tap(&target, began, tapper, Instant::now(), &mut connection).await);
            }
            sent
        });
    }
    let mut all = Vec::new();
    while let Some(sent) = sending.join_next().await {
        all.extend(sent.unwrap_or_default());
    }
    all
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use uuid::Uuid;

    use super::*;
    use crate::taps::Came;

    #[tokio::test]
    async fn each_client_waits_for_its_answer_and_everybody_has_a_turn() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let target = Target::parse(&format!("http://{}", listener.local_addr().unwrap()), false).unwrap();
        let server = tokio::spawn(async move {
            let mut open = JoinSet::new();
            for _ in 0..3 {
                let (mut stream, _) = listener.accept().await.unwrap();
                open.spawn(async move {
                    let (mut requests, mut buffer) = (Vec::new(), vec![0; 8_192]);
                    while let Ok(length @ 1..) = stream.read(&mut buffer).await {
                        // A second request before the answer would come with the first.
                        requests.push(String::from_utf8(buffer[..length].to_vec()).unwrap());
                        let refusal = "HTTP/1.1 503 x\r\ncontent-length: 15\r\n\r\n{\"code\":\"busy\"}";
                        stream.write_all(refusal.as_bytes()).await.unwrap();
                    }
                    requests
                });
            }
            open.join_all().await.concat()
        });
        let tapper = |n| Tapper { person: Uuid::from_u128(n), distress: format!("cap{n}"), position: None };
        let tappers = Arc::new((0..4).map(tapper).collect::<Vec<_>>());
        let sent = send(&target, &tappers, 3, Duration::from_millis(200)).await;
        let requests = server.await.unwrap();
        assert!(sent.len() > 10 && sent.len() == requests.len(), "{} {}", sent.len(), requests.len());
        assert!(sent.iter().all(|one| one.came == Came::Refused("busy".into())));
        for n in 0..4 {
            let of = requests.iter().filter(|request| request.contains(&format!("Distress cap{n}\r"))).count();
            assert!(of.abs_diff(sent.len() / 4) <= 1, "{of} of {}", sent.len());
        }
        assert!(requests.iter().all(|request| request.matches("POST ").count() == 1));
    }
}
