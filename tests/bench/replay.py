"""The API's answers, replayed: a question that was seen before gets the same answer again, after exactly the delay.

    python replay.py ADDRESS PORT API-PORT DELAY-FILE LOG-FILE

It stands beside the lab's API and passes on what it has not seen. With it, a run is measured without the time that the lab's API takes to
work out its answers (one at a time, some 5 ms each), which no delay of a real API stands for. The log is as slow_metadata.py's;
what was passed on is marked.
"""

import asyncio
import sys
import time
from email.utils import formatdate

from aws.control import CREDENTIAL

SEEN = {}
DROPPED = (b"connection", b"date", b"transfer-encoding", b"keep-alive")


def key_of(line, headers, body):
    """What the question is, without who asks and when."""
    signed = CREDENTIAL.search(headers.get("authorization", ""))
    return line, signed and signed[3], headers.get("x-amz-target"), body


async def read_message(reader):
    """The first line, the headers as text, as they came, and the body; None at the end of the connection."""
    head = await reader.readuntil(b"\r\n\r\n")
    line, *rest = head[:-4].split(b"\r\n")
    pairs = [header.split(b":", 1) for header in rest]
    headers = {name.decode().lower(): value.strip().decode() for name, value in pairs}
    if "content-length" in headers or not line.startswith(b"HTTP/"):
        body = await reader.readexactly(int(headers.get("content-length", 0)))
    else:
        body = await reader.read()  # the API closes after each answer
    return line, headers, pairs, body


async def pass_on(api, line, pairs, body):
    """Asks the API itself. Returns the answer as it is to be sent, but for its date."""
    reader, writer = await asyncio.open_connection(*api)
    lines = [line, *(b":".join(pair) for pair in pairs if pair[0].lower() not in DROPPED), b"Connection: close", b"", body]
    writer.write(b"\r\n".join(lines))
    status, _, answered, text = await read_message(reader)
    writer.close()
    kept = [b":".join(pair) for pair in answered if pair[0].lower() not in (*DROPPED, b"content-length")]
    head = b"\r\n".join([b"HTTP/1.1 " + status.split(b" ", 1)[1], *kept, b"Content-Length: %d" % len(text)])
    return head, text


async def serve(reader, writer, api, delay_file, log_file):
    try:
        while True:
            line, headers, pairs, body = await read_message(reader)
            came = time.time()
            key = key_of(line, headers, body)
            how = "seen" if key in SEEN else "passed-on"
            if key not in SEEN:
                SEEN[key] = await pass_on(api, line, pairs, body)
            head, text = SEEN[key]
            with open(delay_file) as file:
                delay = float(file.read()) / 1000
            await asyncio.sleep(max(0.0, came + delay - time.time()))
            answered = time.time()
            writer.write(head + b"\r\nDate: " + formatdate(usegmt=True).encode() + b"\r\n\r\n" + text)
            await writer.drain()
            with open(log_file, "a") as out:
                out.write(f"{came:.6f} {answered:.6f} {how} {line.decode()}\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main(address, port, api_port, delay_file, log_file):
    def client(reader, writer):
        return serve(reader, writer, (address, int(api_port)), delay_file, log_file)

    async with await asyncio.start_server(client, address, int(port), backlog=128) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
