"""MariaDB in TiDB's place: its greeting, and TLS from a CA of this run."""

import os
import shutil

from . import certificates
from .names import BOUND_USER, DEDICATED_HOST, PASSWORD, PORT, STARTER_HOST, USER, VERSION
from .processes import run

# Small logs and no extras: the data folder is made anew for each run.
LEAN = ["--innodb-log-file-size=4M", "--innodb-buffer-pool-size=16M", "--innodb-data-file-path=ibdata1:12M:autoextend",
        "--performance-schema=off", "--skip-log-bin", "--skip-name-resolve"]
UNPRIVILEGED = "nobody"  # mariadbd refuses to be root, and every system has this one


def make_certificates(directory):
    """A CA, and a certificate for both hosts. Returns the paths."""
    paths = {each: os.path.join(directory, each + ".pem") for each in ("ca", "ca-key", "server", "server-key")}
    ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30"]
    run(["openssl", "req", "-x509", *ec, "-keyout", paths["ca-key"], "-out", paths["ca"], "-subj", "/CN=lab CA",
         "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign"])
    run(["openssl", "req", "-x509", *ec, "-keyout", paths["server-key"], "-out", paths["server"],
         "-CA", paths["ca"], "-CAkey", paths["ca-key"], "-subj", "/CN=*.us-east-1.prod.aws.tidbcloud.com",
         "-addext", f"subjectAltName=DNS:{STARTER_HOST},DNS:{DEDICATED_HOST}",
         "-addext", "basicConstraints=critical,CA:FALSE", "-addext", "extendedKeyUsage=serverAuth"])
    return {**paths, **certificates.make(directory, paths["ca"], paths["ca-key"])}


def prepare(directory, paths):
    """The data folder and the accounts."""
    data, secrets = os.path.join(directory, "data"), os.path.join(directory, "tls")
    os.makedirs(secrets)
    for path in paths.values():
        shutil.copy(path, secrets)
    init = os.path.join(directory, "init.sql")
    with open(init, "w") as out:
        out.write(
            "CREATE DATABASE IF NOT EXISTS test;\n"
            f"CREATE USER IF NOT EXISTS '{USER}'@'%' IDENTIFIED BY '{PASSWORD}';\n"
            f"GRANT ALL ON *.* TO '{USER}'@'%';\n"
            f"CREATE USER IF NOT EXISTS '{BOUND_USER}'@'192.0.2.99' IDENTIFIED BY '{PASSWORD}';\n"
        )
    shutil.chown(directory, UNPRIVILEGED)
    run(["mariadb-install-db", "--no-defaults", f"--datadir={data}", f"--user={UNPRIVILEGED}", "--skip-test-db",
         "--auth-root-authentication-method=socket", *LEAN], seconds=60)
    for folder, _, files in os.walk(directory):
        for each in [folder, *(os.path.join(folder, file) for file in files)]:
            shutil.chown(each, UNPRIVILEGED)


def command(directory, certificate="valid", options=()):
    """The server's arguments."""
    own = certificates.file_of(certificate)
    secrets = os.path.join(directory, "tls")
    return [
        "mariadbd", "--no-defaults", f"--user={UNPRIVILEGED}", f"--datadir={directory}/data", f"--socket={directory}/socket",
        f"--pid-file={directory}/pid", f"--init-file={directory}/init.sql", f"--port={PORT}", "--bind-address=0.0.0.0", f"--version={VERSION}",
        f"--ssl-ca={secrets}/ca.pem", f"--ssl-cert={secrets}/{own}.pem", f"--ssl-key={secrets}/{own}-key.pem", *LEAN, *options,
    ]
