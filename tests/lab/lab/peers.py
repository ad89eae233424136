"""What a client may meet in the place of a server: connections that end, other protocols, and TiDB's, TiProxy's and the gateway's own refusals.

    python -m lab.peers CERTIFICATE KEY
"""

import socket
import ssl
import struct
import sys
import threading
import time

from .fabric import PEER_PORTS
from .names import REFUSALS, VERSION

# What TiDB offers, with TLS: of its defaultCapability and CLIENT_SSL.
WITH_TLS, WITHOUT_TLS = 0x1BAE8F, 0x1BA68F


# -- packets


def packet(number, payload):
    return struct.pack("<I", len(payload))[:3] + bytes([number]) + payload


def greeting(capabilities=WITH_TLS):
    """As TiDB's writeInitialHandshake lays it out."""
    low, high = capabilities & 0xFFFF, capabilities >> 16
    return packet(0, b"\x0a" + VERSION.encode() + b"\0" + struct.pack("<I", 7) + b"saltsalt\0" + struct.pack("<HBHHB", low, 46, 2, high, 21)
                  + bytes(10) + b"saltsaltsalt\0mysql_native_password\0")


def error(number, code, state, text):
    """Before a handshake servers leave SQLSTATE out."""
    return packet(number, b"\xff" + struct.pack("<H", code) + (f"#{state}".encode() if state else b"") + text.encode())


def read_packet(connection):
    header = exactly(connection, 4)
    return header[3], exactly(connection, header[0] | header[1] << 8 | header[2] << 16)


def exactly(connection, length):
    data = b""
    while len(data) < length:
        more = connection.recv(length - len(data))
        if not more:
            raise EOFError
        data += more
    return data


# -- behaviours


def closed(connection):
    pass


def reset(connection):
    time.sleep(0.05)  # after the connect, so that the client sees an established connection end
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def silent(connection):
    while connection.recv(4096):
        pass


def saying(what, then=silent):
    def behave(connection):
        connection.sendall(what)
        then(connection)

    return behave


def drip(connection):
    for byte in greeting():
        connection.sendall(bytes([byte]))
        time.sleep(1)


def flood(connection):
    while True:
        connection.sendall(bytes(1 << 16))


def behind_tls(serve):
    """A server that greets with TLS on offer, shakes hands, and then deals with the login."""
    def behave(connection):
        connection.sendall(greeting())
        number, request = read_packet(connection)
        if struct.unpack("<I", request[:4])[0] & 0x800:
            connection = CONTEXT.wrap_socket(connection, server_side=True)
            number, _ = read_packet(connection)
        serve(connection, number)

    return behave


def in_the_clear(serve):
    def behave(connection):
        connection.sendall(greeting(WITHOUT_TLS))
        number, _ = read_packet(connection)
        serve(connection, number)

    return behave


def refusing(refusal):
    return lambda connection, number: connection.sendall(error(number + 1, *refusal))


def asking_for_clear_password(connection, number):
    connection.sendall(packet(number + 1, b"\xfemysql_clear_password\0"))
    silent(connection)


def after_request(what):
    """Answers the request for TLS with these bytes, and no more."""
    def behave(connection):
        connection.sendall(greeting())
        read_packet(connection)
        connection.sendall(what)
        silent(connection)

    return behave


BEHAVIOURS = {
    "closed": closed, "reset": reset, "silent": silent,
    "http": saying(b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n"),
    "ssh": saying(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"),
    "mysqlx": saying(b"\x05\0\0\0\x0b\x08\x05\x1a\0"),
    "oversized": saying(b"\xff\xff\xff\0\x0a", flood),
    "drip": drip,
    "too-many-connections": saying(error(0, 1040, None, "Too many connections"), closed),
    "tls-hangs": after_request(b""),
    "old-tls": after_request(b"\x15\x03\x01\x00\x02\x02\x46"),  # fatal, protocol_version
    "clear-password": behind_tls(asking_for_clear_password),
    **{name: (in_the_clear if "transport" in name else behind_tls)(refusing(refusal)) for name, refusal in REFUSALS.items()},
}


def handle(behave, connection):
    connection.settimeout(120)
    try:
        behave(connection)
    except (OSError, EOFError):  # the client went
        pass
    finally:
        connection.close()


def serve(port, behave):
    with socket.create_server(("0.0.0.0", port), backlog=64) as listener:
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=handle, args=(behave, connection), daemon=True).start()


if __name__ == "__main__":
    CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    CONTEXT.load_cert_chain(*sys.argv[1:])
    for kind, port in PEER_PORTS.items():
        threading.Thread(target=serve, args=(port, BEHAVIOURS[kind]), daemon=True).start()
    threading.Event().wait()
