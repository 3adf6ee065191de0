//! An echo over the very sockets that sessions use, so that a WebSocket test suite from elsewhere can try them.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::live::session::close;
use crate::live::socket::{ActixSocket, Incoming, Socket};

/// `GET /conformance`.
pub(super) async fn echo(request: HttpRequest, body: web::Payload) -> Result<HttpResponse, actix_web::Error> {
    let (response, mut socket) = ActixSocket::upgrade(&request, body)?;
    actix_web::rt::spawn(async move {
        loop {
            let said = match socket.receive().await {
                Incoming::Text(text) => socket.send(text.into()).await,
                Incoming::Binary(bytes) => socket.send_binary(bytes).await,
                Incoming::Sign => Ok(()),
                Incoming::Unacceptable => return socket.close(1009, "too large").await,
                Incoming::Gone => return socket.close(1000, "").await,
            };
            if said.is_err() {
                return socket.close(close::TOO_SLOW, "").await;
            }
        }
    });
    Ok(response)
}
