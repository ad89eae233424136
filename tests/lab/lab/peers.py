"""What a client meets when there is nothing behind the load balancer: three ways to accept a connection and say nothing.

    python -m lab.peers
"""

import socket
import struct
import threading
import time

from .fabric import PEER_PORTS


def closed(connection):
    connection.close()


def reset(connection):
    time.sleep(0.05)  # after the connect, so that the client sees an established connection end
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def silent(connection):
    connection.settimeout(120)
    try:
        while connection.recv(4096):
            pass
    except OSError:
        pass
    connection.close()


def serve(port, behave):
    with socket.create_server(("0.0.0.0", port), backlog=64) as listener:
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=behave, args=(connection,), daemon=True).start()


if __name__ == "__main__":
    for kind, behave in {"closed": closed, "reset": reset, "silent": silent}.items():
        threading.Thread(target=serve, args=(PEER_PORTS[kind], behave), daemon=True).start()
    threading.Event().wait()
