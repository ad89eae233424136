"""DNS: the name leads nowhere, or elsewhere."""

from lab.names import PUBLIC_ADDRESS, STALE_ADDRESS, STARTER_HOST
from lab.scenario import explains, mentions, outcome, scenario


@scenario("dns-hostnames-off", cause="vpc-dns-hostnames", heals=True)
def dns_hostnames_off(lab):
    lab.ec2.modify_vpc_attribute(VpcId=lab.ids.vpc, EnableDnsHostnames={"Value": False})


@scenario("dns-support-off", cause="vpc-dns-support", heals=True)
def dns_support_off(lab):
    """The VPC's resolver does not answer at all."""
    lab.ec2.modify_vpc_attribute(VpcId=lab.ids.vpc, EnableDnsSupport={"Value": False})


@scenario("dns-hostnames-and-private-dns-off", cause="vpc-dns-hostnames", heals=True)
def dns_hostnames_and_private_dns_off(lab):
    """A VPC made in the console: private DNS could not be turned on, as the attribute was off. Two steps, in this order."""
    private_dns_off(lab)
    dns_hostnames_off(lab)


@scenario("private-dns-off", cause="endpoint-private-dns", heals=True, says=(
    explains("endpoint-private-dns", "vpc-resolver-answer"), mentions(lambda lab: lab.ids.endpoint)))
def private_dns_off(lab):
    lab.ec2.modify_vpc_endpoint(VpcEndpointId=lab.ids.endpoint, PrivateDnsEnabled=False)


@scenario("resolver-nxdomain", cause="vpc-resolver-answer", says=(outcome("endpoint-private-dns", "pass"),))
def resolver_nxdomain(lab):
    """All is well in the API, and yet the name does not exist: a rule, a firewall, a zone."""
    lab.faults.resolver = "nxdomain"


@scenario("resolver-nodata", cause="vpc-resolver-answer")
def resolver_nodata(lab):
    lab.faults.resolver = "nodata"


@scenario("resolver-servfail", cause="vpc-resolver-answer", says=(mentions("SERVFAIL"),))
def resolver_servfail(lab):
    lab.faults.resolver = "servfail"


@scenario("resolver-refused", cause="vpc-resolver-answer", says=(mentions("REFUSED"),))
def resolver_refused(lab):
    lab.faults.resolver = "refused"


@scenario("resolver-silent", cause="vpc-resolver-answer")
def resolver_silent(lab):
    """Nothing answers, though the API says that it should."""
    lab.faults.resolver = "silent"


@scenario("resolver-public-address", cause="vpc-resolver-answer", says=(mentions(PUBLIC_ADDRESS),))
def resolver_public_address(lab):
    lab.faults.resolver = "public"


@scenario("resolver-stale-address", cause="vpc-resolver-answer", says=(mentions(STALE_ADDRESS),))
def resolver_stale_address(lab):
    """An address inside the VPC that no endpoint has any more."""
    lab.faults.resolver = "stale"


@scenario("hosts-file", cause="host-resolver-answer", says=(outcome("vpc-resolver-answer", "pass"), mentions(STALE_ADDRESS)))
def hosts_file(lab):
    """Someone wrote the old address into /etc/hosts."""
    lab.faults.hosts = f"{STALE_ADDRESS} {STARTER_HOST}\n"
