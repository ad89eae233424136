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
