//! A question out, its answer back: over UDP, and over TCP where UDP's answer was cut.
//!
//! hickory's own UDP client leaves its socket unconnected, so that a closed port looks like silence. Ours is connected: the kernel then hands on
//! "port unreachable" and "no route", and lets nothing in from elsewhere.

use hickory_resolver::proto::op::{Message, MessageType};
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket};

/// The largest answer over UDP. Without EDNS it is 512 bytes; some servers send more all the same.
const DATAGRAM_LIMIT: usize = 4_096;

/// The answer to the question. Bounded by its caller.
pub(super) async fn exchange(server: SocketAddr, question: &Message) -> io::Result<Message> {
    let bytes = question.to_vec().map_err(io::Error::other)?;
    let answer = over_udp(server, question, &bytes).await?;
    if !answer.metadata.truncation {
        return Ok(answer);
    }
    over_tcp(server, question, &bytes).await.map_err(|error| {
        io::Error::new(error.kind(), format!("the answer over UDP was truncated, and over TCP: {error}"))
    })
}

async fn over_udp(server: SocketAddr, question: &Message, bytes: &[u8]) -> io::Result<Message> {
    let any = if server.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind(SocketAddr::new(any, 0)).await?;
    socket.connect(server).await?;
    socket.send(bytes).await?;
    let mut buffer = [0; DATAGRAM_LIMIT];
    loop {
        let length = socket.recv(&mut buffer).await?;
        // What is no answer to this question may be forged, or late. The right one may still come.
        if let Some(answer) = answer_to(question, &buffer[..length])? {
            return Ok(answer);
        }
    }
}

async fn over_tcp(server: SocketAddr, question: &Message, bytes: &[u8]) -> io::Result<Message> {
    let mut stream = TcpStream::connect(server).await?;
    let length = u16::try_from(bytes.len()).map_err(io::Error::other)?;
    stream.write_all(&[&length.to_be_bytes(), bytes].concat()).await?;
    let mut answer = vec![0; usize::from(stream.read_u16().await?)];
    stream.read_exact(&mut answer).await?;
    answer_to(question, &answer)?
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "it answers another question"))
}

/// The answer in the bytes; `None` where they are none to this question.
///
/// # Errors
/// `InvalidData` where they have the question's id and can't be read: nothing better will come.
fn answer_to(question: &Message, bytes: &[u8]) -> io::Result<Option<Message>> {
    let Some(id) = bytes.first_chunk() else { return Ok(None) };
    if u16::from_be_bytes(*id) != question.metadata.id {
        return Ok(None);
    }
    let answer = Message::from_vec(bytes).map_err(|error| {
        io::Error::new(io::ErrorKind::InvalidData, format!("its answer could not be read: {error}"))
    })?;
    // Servers that fail early leave the question out of their answer.
    let same = answer.queries == question.queries || answer.queries.is_empty() && answer.answers.is_empty();
    Ok((answer.metadata.message_type == MessageType::Response && same).then_some(answer))
}
