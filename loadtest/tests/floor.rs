//! The floor end to end: both of its processes, with real sockets.

use std::path::Path;
use std::time::Duration;

use loadtest::floor::Floor;
use loadtest::messages::from_server;

const TAP: &[u8] = br#"{"t":"event","entry":{"change":{"what":"tapped_again"}}}"#;

#[tokio::test]
async fn the_floor_reaches_every_socket_with_every_message_also_when_buffers_are_full() {
    let program = Path::new(env!("CARGO_BIN_EXE_loadtest"));
    let mut floor = Floor::start(program, 40).await.unwrap();
    let one = from_server(TAP).unwrap();
    let (sending, got) = floor.send(&one, 1, Duration::from_secs(30)).await.unwrap();
    assert_eq!((got.sockets, got.reached, got.messages, got.most, got.fewest), (40, 40, 40, 1, 1));
    assert_eq!(sending.calls, 40, "one call a socket");
    assert!(sending.cpu_ns > 0 && got.first.last >= got.first.first && got.first.first > 0.0);

    // 2 MB a socket does not fit into any buffer: the rest goes as there is room, and nothing is lost.
    let mut long = TAP.to_vec();
    long.extend(std::iter::repeat_n(b' ', 50_000));
    let many = from_server(&long).unwrap().repeat(40);
    let (sending, got) = floor.send(&many, 40, Duration::from_secs(60)).await.unwrap();
    assert_eq!((got.reached, got.messages, got.fewest), (40, 1_600, 40));
    assert!(sending.calls > 40, "{}", sending.calls);
}
