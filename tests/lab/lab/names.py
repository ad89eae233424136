"""The names, addresses and identities that the whole lab agrees on."""

REGION, ACCOUNT = "us-east-1", "123456789012"
VPC_CIDR = "10.0.0.0/16"

CLIENT = "10.0.1.10"
API, API_PORT = "10.0.9.10", 5000
API_URL = f"http://{API}:{API_PORT}"
METADATA = "169.254.169.254"
RESOLVERS = ("169.254.169.253", "10.0.0.2")

# Zone ids, and the names that they have in this account. They differ on purpose: a letter is no zone.
ZONES = {"use1-az1": "us-east-1b", "use1-az2": "us-east-1c", "use1-az4": "us-east-1d", "use1-az6": "us-east-1a"}
SUBNETS = {  # the client is in the first; the service is published in the zones of the next two
    "subnet_client": ("10.0.1.0/24", "use1-az1"),
    "subnet_b": ("10.0.2.0/24", "use1-az2"),
    "subnet_c": ("10.0.3.0/24", "use1-az4"),
}

# Made-up ids in the form of real ones.
STARTER_SERVICE = "com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d4e5f60718"
STARTER_HOST = "gateway01-privatelink.us-east-1.prod.aws.tidbcloud.com"
DEDICATED_SERVICE = "com.amazonaws.vpce.us-east-1.vpce-svc-0f9e8d7c6b5a49382"
DEDICATED_HOST = "privatelink-19341000.ubkypd000000.clusters.tidb-cloud.com"
PUBLIC_HOST = "gateway01.us-east-1.prod.aws.tidbcloud.com"
PUBLIC_ADDRESS = "203.0.113.10"  # of the block for documentation: never routed
STALE_ADDRESS = "10.0.2.99"  # inside the VPC, and nobody's
OTHER_ADDRESS = "198.51.100.7"

PORT = 4000
USER = "3pTAoNNegb47Uc8.root"
PASSWORD = "lab-Passw0rd-nobody-may-see"
VERSION = "8.0.11-TiDB-v8.5.3-serverless"
BOUND_USER = "3pTAoNNegb47Uc8.bound"  # may log in from elsewhere only

# What a server in MariaDB's place refuses a login with: the texts of TiDB, TiProxy and the gateway (error number, SQLSTATE, text).
DOCS = "https://docs.pingcap.com/tidbcloud/"
REFUSALS = {
    "no-prefix": (1105, "HY000", f"Missing user name prefix. See {DOCS}select-cluster-tier#user-name-prefix"),
    "gateway-denied": (1105, "HY000", "Access denied. Please check your user name and password. "
                       f"See {DOCS}select-cluster-tier#user-name-prefix"),
    "insecure-transport": (1105, "HY000", "Connections using insecure transport are prohibited. "
                           f"See {DOCS}secure-connections-to-serverless-tier-clusters"),
    "secure-transport-required": (3159, "HY000", "Connections using insecure transport are prohibited while "
                                  "--require_secure_transport=ON."),
    "usage-quota": (1105, "HY000", "Due to the usage quota being exhausted, access to the cluster '10417553748930037773' has been "
                    "restricted. Try increasing spending limits to gain full access. For more information, see "
                    f"{DOCS}serverless-limitations#usage-quota"),
    "no-instances": (1105, "HY000", "No available TiDB instances, please make sure TiDB is available"),
    "proxy-cannot-connect": (1105, "HY000", "TiProxy fails to connect to TiDB, please make sure TiDB is available"),
    "proxy-needs-tls": (1105, "HY000", "Require TLS enabled on TiDB when require-backend-tls=true"),
    "connection-limit": (1105, "HY000", "Connection limit exceeded"),
    "shutting-down": (1053, "08S01", "Server shutdown in progress"),
}
# What can be in MariaDB's place: lab/peers.py.
PEERS = ("closed", "reset", "silent", "http", "ssh", "mysqlx", "oversized", "drip", "too-many-connections", "tls-hangs", "old-tls",
         "clear-password", *REFUSALS)
