"""Certificates that are wrong, each in its own way. The valid one is made with the openssl command, in database.py."""

import os
from datetime import datetime, timedelta, timezone

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from .names import STARTER_HOST

# kind -> its subject alternative name, its first day and its last counted from today, and whether the lab's CA signs it
KINDS = {
    "wrong-name": ("db.example.com", -1, 30, True),
    "expired": (STARTER_HOST, -30, -1, True),
    "not-yet": (STARTER_HOST, 5, 30, True),
    "unknown-ca": (STARTER_HOST, -1, 30, False),
    "common-name": (None, -1, 30, True),
}


def file_of(kind):
    """The name of its files, without their ends."""
    return "server" if kind == "valid" else kind


def make(directory, ca_file, ca_key_file):
    """Returns the paths."""
    with open(ca_file, "rb") as file:
        ca = x509.load_pem_x509_certificate(file.read())
    with open(ca_key_file, "rb") as file:
        ca_key = serialization.load_pem_private_key(file.read(), None)
    stranger, paths = ec.generate_private_key(ec.SECP256R1()), {}
    for kind, (name, first, last, signed) in KINDS.items():
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = ca.subject if signed else named("Somebody else's CA")
        certificate = certify(key, name, (first, last), issuer, ca_key if signed else stranger)
        for file, text in ((kind, certificate.public_bytes(serialization.Encoding.PEM)), (f"{kind}-key", key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))):
            paths[file] = os.path.join(directory, file + ".pem")
            with open(paths[file], "wb") as out:
                out.write(text)
    return paths


def certify(key, name, days, issuer, signer):
    first, last = (datetime.now(timezone.utc) + timedelta(days=each) for each in days)
    made = (x509.CertificateBuilder().subject_name(named(name or STARTER_HOST)).issuer_name(issuer).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(first).not_valid_after(last)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True))
    if name:
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    return made.sign(signer, hashes.SHA256())


def named(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
