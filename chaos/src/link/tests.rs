use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

/// A server that says everything again, behind a link.
async fn echo() -> Link {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut from, mut to) = stream.split();
                drop(tokio::io::copy(&mut from, &mut to).await);
            });
        }
    });
    Link::before(port, 1).await.unwrap()
}

async fn dial(link: &Link) -> TcpStream {
    TcpStream::connect((Ipv4Addr::LOCALHOST, link.port())).await.unwrap()
}

async fn says(stream: &mut TcpStream, text: &[u8]) -> std::io::Result<Vec<u8>> {
    stream.write_all(text).await?;
    let mut answer = vec![0; text.len()];
    tokio::time::timeout(Duration::from_millis(300), stream.read_exact(&mut answer)).await??;
    Ok(answer)
}

#[tokio::test]
async fn everything_passes_until_it_is_held_and_then_all_of_it_comes() {
    let link = echo().await;
    let mut stream = dial(&link).await;
    assert_eq!(says(&mut stream, b"one").await.unwrap(), b"one");
    link.set(Rule::both(Passage::Held));
    assert!(says(&mut stream, b"two").await.is_err());
    link.set(Rule::FREE);
    let mut answer = [0; 3];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"two");
}

#[tokio::test]
async fn one_way_is_one_way() {
    let link = echo().await;
    let mut stream = dial(&link).await;
    link.set(Rule { up: Passage::Free, down: Passage::Held });
    assert!(says(&mut stream, b"one").await.is_err());
    link.set(Rule { up: Passage::Held, down: Passage::Free });
    let mut answer = [0; 3];
    stream.read_exact(&mut answer).await.unwrap();
    assert!(says(&mut stream, b"two").await.is_err());
}

#[tokio::test]
async fn what_is_swallowed_is_lost_and_its_connection_is_reset_afterwards() {
    let link = echo().await;
    let mut stream = dial(&link).await;
    link.set(Rule::both(Passage::Swallowed));
    assert!(says(&mut stream, b"one").await.is_err());
    let mut new = dial(&link).await;
    assert!(says(&mut new, b"one").await.is_err());
    link.set(Rule::FREE);
    for mut stream in [stream, new] {
        let error = stream.read_exact(&mut [0]).await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    }
}

#[tokio::test]
async fn a_reset_is_a_reset_and_new_connections_pass() {
    let link = echo().await;
    let mut stream = dial(&link).await;
    assert_eq!(says(&mut stream, b"one").await.unwrap(), b"one");
    link.reset();
    assert_eq!(stream.read_exact(&mut [0]).await.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
    assert_eq!(says(&mut dial(&link).await, b"two").await.unwrap(), b"two");
}

#[tokio::test]
async fn what_is_late_is_late_and_a_dribble_is_slow() {
    let link = echo().await;
    let mut stream = dial(&link).await;
    link.set(Rule { up: Passage::Late(100), down: Passage::Free });
    let began = Instant::now();
    says(&mut stream, b"one").await.unwrap();
    assert!(began.elapsed() >= Duration::from_millis(100));
    link.set(Rule { up: Passage::Free, down: Passage::Dribble(100) });
    let began = Instant::now();
    stream.write_all(&[7; 50]).await.unwrap();
    stream.read_exact(&mut [0; 50]).await.unwrap();
    assert!(began.elapsed() >= Duration::from_millis(400), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_commit_or_its_answer_is_stopped_and_told() {
    for (rule, expected) in [
        (Rule { up: Passage::StopsCommit, down: Passage::Free }, false),
        (Rule::both(Passage::StopsCommitAnswer), true),
    ] {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let link = Link::before(listener.local_addr().unwrap().port(), 1).await.unwrap();
        let mut stream = dial(&link).await;
        let (mut server, _) = listener.accept().await.unwrap();
        link.set(rule);
        stream.write_all(b"INSERT\0").await.unwrap();
        server.read_exact(&mut [0; 7]).await.unwrap();
        stream.write_all(b"Q....COMMIT\0").await.unwrap();
        if expected {
            server.read_exact(&mut [0; 12]).await.unwrap();
            server.write_all(b"done").await.unwrap();
        }
        link.caught().await;
        let mut one = [0];
        let came = tokio::time::timeout(Duration::from_millis(100), server.read(&mut one)).await;
        assert!(came.is_err(), "nothing more came");
        link.set(Rule::FREE);
        assert_eq!(stream.read_exact(&mut one).await.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
    }
}
