"""A server whose every answer takes its time: what it says is passed on the delay later, what it is told at once.

    python slow_server.py PORT SERVER SERVER-PORT DELAY-MS

It listens at every address of its machine. The handshake of TCP is the kernel's and takes no time here.
"""

import asyncio
import sys


async def pass_on(reader, writer):
    try:
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


async def pass_on_late(reader, writer, delay):
    """Each piece is held back for the delay; pieces don't wait for each other."""
    loop, held = asyncio.get_running_loop(), asyncio.Queue()

    async def release():
        while (piece := await held.get()) is not None:
            due, data = piece
            await asyncio.sleep(max(0.0, due - loop.time()))
            writer.write(data)
        writer.close()

    releasing = asyncio.create_task(release())
    try:
        while data := await reader.read(1 << 16):
            held.put_nowait((loop.time() + delay, data))
    except OSError:
        pass
    held.put_nowait(None)
    await releasing


async def serve(reader, writer, server, delay):
    try:
        to_reader, to_writer = await asyncio.open_connection(*server)
    except OSError:
        writer.close()
        return
    await asyncio.gather(pass_on(reader, to_writer), pass_on_late(to_reader, writer, delay), return_exceptions=True)


async def main(port, server, delay):
    listening = await asyncio.start_server(lambda reader, writer: serve(reader, writer, server, delay), "0.0.0.0", port, backlog=256)
    async with listening:
        await listening.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), (sys.argv[2], int(sys.argv[3])), float(sys.argv[4]) / 1000))
