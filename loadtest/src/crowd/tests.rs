//! Rounds, habits and closed sockets, with real sockets of this machine.

use std::net::TcpListener;

use tokio::time::timeout;

use super::*;
use crate::messages::from_server;

const TAP: &[u8] = br#"{"t":"event","entry":{"change":{"what":"tapped_again"}}}"#;

fn pair(listener: &TcpListener, class: Class) -> (TcpStream, Member) {
    let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (server, _) = listener.accept().unwrap();
    stream.set_nonblocking(true).unwrap();
    (server, Member { stream, reader: MessageReader::default(), class })
}

#[tokio::test]
async fn a_round_counts_what_came_by_class_and_says_when_all_is_there() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let crowd = Crowd::start(BTreeMap::new()).unwrap();
    let mut servers = Vec::new();
    for class in [Class::Console, Class::Console, Class::Bystander] {
        let (server, member) = pair(&listener, class);
        crowd.add(member).unwrap();
        servers.push(server);
    }
    assert_eq!((crowd.count(), crowd.count_of(Class::Console)), (3, 2));
    let want = Want { class: Class::Console, sockets: 2, messages: 2 };
    let complete = crowd.arm(vec![want]).await.unwrap();
    let (began, tap) = (now_ns(), from_server(TAP).unwrap());
    for server in &mut servers[..2] {
        server.write_all(&[tap.clone(), from_server(b"{\"t\":\"beat\"}").unwrap(), tap.clone()].concat()).unwrap();
    }
    timeout(Duration::from_secs(30), complete).await.unwrap().unwrap();
    let round = crowd.end(began).await.unwrap();
    let console = &round.by_class[&Class::Console];
    assert_eq!((console.sockets, console.reached, console.messages, console.fewest), (2, 2, 4, 2));
    assert_eq!(round.by_class[&Class::Bystander].messages, 0);
    assert_eq!(round.examples, [TAP, TAP]);

    drop(crowd.arm(Vec::new()).await.unwrap());
    let again = crowd.end(now_ns()).await.unwrap();
    assert_eq!(again.by_class[&Class::Console].messages, 0, "each round begins anew");
}

#[tokio::test]
async fn sockets_speak_in_turn_and_one_that_is_closed_is_not_counted() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let habit = Habit { every: Duration::from_millis(100), says: b"here".to_vec() };
    let crowd = Crowd::start(BTreeMap::from([(Class::Console, habit)])).unwrap();
    let (mut first, member) = pair(&listener, Class::Console);
    crowd.add(member).unwrap();
    let (second, member) = pair(&listener, Class::Console);
    crowd.add(member).unwrap();
    let mut said = [0; 4];
    first.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    first.read_exact(&mut said).unwrap();
    assert_eq!((&said, crowd.count()), (b"here", 2));
    drop(second);
    let gone = async {
        while crowd.count() > 1 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(30), gone).await.unwrap();
    drop(crowd);
    loop {
        match first.read(&mut said) {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) => panic!("the socket was not closed in order: {error}"),
        }
    }
}
