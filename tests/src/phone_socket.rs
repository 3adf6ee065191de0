//! A phone's live socket.

use std::collections::HashMap;

use serde_json::Value;
use uuid::Uuid;
use wire::live::{Command, FromPhone, ToPhone};
use wire::phone::Now;

use crate::{Closed, PATIENCE, Phone, Socket};

/// An open socket of a phone, with the newest `now`.
pub struct PhoneSocket {
    socket: Socket,
    now: Now,
    told: usize,
    acks: HashMap<Uuid, (u16, Value)>,
}

impl PhoneSocket {
    /// Opens it and waits for the first `now`; dials once more when the phone's clock was wrong.
    pub async fn open(phone: &Phone) -> Self {
        for _ in 0..2 {
            let mut socket = Socket::dial(phone.http(), "/v1/phone/live").await;
            socket.send(&phone.hello()).await;
            let text = tokio::time::timeout(PATIENCE, socket.next()).await.expect("an answer to hello");
            match serde_json::from_str(&text.expect("no close")).expect("a frame of the protocol") {
                ToPhone::Now { now, .. } => return Self { socket, now, told: 1, acks: HashMap::new() },
                ToPhone::Bye { problem } if phone.correct(&problem) => {}
                ToPhone::Bye { problem } => panic!("bye: {}", problem.detail),
                _ => panic!("the first frame is not `now`"),
            }
        }
        panic!("the server takes no proof by its own clock")
    }

    /// What waits, as last told.
    pub fn now(&self) -> &Now {
        &self.now
    }

    /// How many times it was told what waits.
    pub fn told(&self) -> usize {
        self.told
    }

    /// Sends an outbox item without waiting for its answer.
    pub async fn send(&mut self, key: Uuid, what: Command, credential: &str, body: Value) {
        let credential = credential.to_owned();
        self.socket.send(&FromPhone::Cmd { key, what, age_ms: 0, credential, body }).await;
    }

    /// Sends an outbox item and waits for its answer: the status and the body of the POST.
    pub async fn cmd(&mut self, key: Uuid, what: Command, credential: &str, body: Value) -> (u16, Value) {
        self.send(key, what, credential, body).await;
        self.ack(key).await
    }

    /// Sends a frame that need not be of the protocol, as text or as bytes that need not be text.
    pub async fn send_raw(&mut self, frame: Vec<u8>) {
        match String::from_utf8(frame) {
            Ok(text) => self.socket.send_text(text).await,
            Err(bytes) => self.socket.send_binary(bytes.into_bytes()).await,
        }
    }

    /// Waits for the answer to an item.
    pub async fn ack(&mut self, key: Uuid) -> (u16, Value) {
        loop {
            if let Some(ack) = self.acks.remove(&key) {
                return ack;
            }
            self.read().await;
        }
    }

    /// Says that it is there, and waits for the answer.
    pub async fn ping(&mut self) {
        self.socket.send(&FromPhone::Ping).await;
        while !self.read().await {}
    }

    /// Waits until what waits fulfils a condition.
    pub async fn until<T>(&mut self, what: &str, mut condition: impl FnMut(&Now) -> Option<T>) -> T {
        loop {
            if let Some(found) = condition(&self.now) {
                return found;
            }
            let read = tokio::time::timeout(PATIENCE, self.read()).await;
            read.unwrap_or_else(|_| panic!("waited in vain for: {what}"));
        }
    }

    /// Waits until the server closes it.
    pub async fn end(&mut self) -> Closed {
        self.socket.end(PATIENCE).await
    }

    /// Reads a frame; true when it was a pong.
    async fn read(&mut self) -> bool {
        let text = tokio::time::timeout(PATIENCE, self.socket.next()).await.expect("a frame comes");
        let text = text.unwrap_or_else(|closed| panic!("the phone's socket was closed: {closed:?}"));
        match serde_json::from_str(&text).expect("a frame of the protocol") {
            ToPhone::Now { now, .. } => (self.now, self.told) = (now, self.told + 1),
            ToPhone::Ack { key, status, body } => drop(self.acks.insert(key, (status, body))),
            ToPhone::Pong => return true,
            ToPhone::Bye { problem } => panic!("bye: {}", problem.detail),
        }
        false
    }
}
