//! A connection whose incoming bytes are counted, and cut off where they are more than any handshake has.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The most that a handshake may send, in bytes. Chains have some 5,000, and rustls takes none over 64 KiB.
const LIMIT: u64 = 256 << 10;
/// What is kept of the first bytes.
const START: usize = 64;

/// What came in. It outlives a handshake that is cut short.
#[derive(Debug, Default)]
pub(super) struct Seen {
    received: AtomicU64,
    start: Mutex<Vec<u8>>,
}

impl Seen {
    /// How many bytes.
    pub(super) fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    /// The first of them.
    pub(super) fn start(&self) -> Vec<u8> {
        self.start.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Counts bytes; how many there are now.
    pub(super) fn note(&self, bytes: &[u8]) -> u64 {
        let mut start = self.start.lock().unwrap_or_else(PoisonError::into_inner);
        let room = START.saturating_sub(start.len());
        start.extend(bytes.iter().take(room));
        self.received.fetch_add(bytes.len() as u64, Ordering::Relaxed) + bytes.len() as u64
    }
}

/// The connection.
pub(super) struct Watched<S> {
    stream: S,
    seen: Arc<Seen>,
}

impl<S> Watched<S> {
    pub(super) fn new(stream: S, seen: Arc<Seen>) -> Self {
        Self { stream, seen }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        if self.seen.note(&buffer.filled()[before..]) > LIMIT {
            return Poll::Ready(Err(io::Error::other(format!("more than {} KiB came for a handshake", LIMIT >> 10))));
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
