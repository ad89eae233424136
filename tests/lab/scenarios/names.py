"""DNS: the name leads nowhere, or elsewhere."""

from lab import seed
from lab.names import ACCOUNT, PUBLIC_ADDRESS, REGION, STALE_ADDRESS, STARTER_HOST
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


@scenario("hosted-zone-above", cause="endpoint-private-dns", heals=True, says=(outcome("hosted-zone", "warn"),))
def hosted_zone_above(lab):
    """A zone of the name's parent, made for something else, does not have the name. The endpoint's own zone will be the more specific one."""
    private_dns_off(lab)
    seed.hosted_zone(lab.clients["route53"], lab.ids, STARTER_HOST.split(".", 1)[1], STALE_ADDRESS)


@scenario("hosted-zone-above-with-an-old-record", cause="hosted-zone", heals=True, says=(mentions(STALE_ADDRESS),))
def hosted_zone_above_with_an_old_record(lab):
    """The parent's zone leads the name to an endpoint that is gone."""
    private_dns_off(lab)
    seed.hosted_zone(lab.clients["route53"], lab.ids, STARTER_HOST.split(".", 1)[1], STALE_ADDRESS, record=STARTER_HOST)


@scenario("rule-forwards-the-name", cause="resolver-rule", heals=True, says=(
    explains("resolver-rule", "vpc-resolver-answer"), mentions(lambda lab: lab.ids.rule)))
def rule_forwards_the_name(lab):
    """Everything under the name goes to servers elsewhere, which do not know it."""
    lab.ids.rule = seed.forwarding_rule(lab.clients["route53resolver"], lab.ids, STARTER_HOST)


@scenario("rule-forwards-above")
def rule_forwards_above(lab):
    """A rule for the whole domain loses against the endpoint's own zone, which is more specific."""
    seed.forwarding_rule(lab.clients["route53resolver"], lab.ids, "tidbcloud.com")


@scenario("firewall-blocks", cause="dns-firewall", heals=True, says=(
    explains("dns-firewall", "vpc-resolver-answer"), mentions(lambda lab: lab.ids.firewall_group)))
def firewall_blocks(lab):
    """The name stands on a block list."""
    lab.ids.firewall_group = seed.firewall_rule(
        lab.clients["route53resolver"], lab.ids, STARTER_HOST, Action="BLOCK", BlockResponse="NODATA")


def allow_the_name(lab):
    seed.add_firewall_rule(lab.clients["route53resolver"], lab.ids.firewall_group, STARTER_HOST, Priority=9, Action="ALLOW")


@scenario("firewall-blocks-the-domain", cause="dns-firewall", heals=True, console=allow_the_name, says=(mentions("priority 9"),))
def firewall_blocks_the_domain(lab):
    """A block list with a wildcard over the name, which is there for others too."""
    lab.ids.firewall_group = seed.firewall_rule(
        lab.clients["route53resolver"], lab.ids, "*.tidbcloud.com", Action="BLOCK", BlockResponse="NXDOMAIN")


@scenario("firewall-of-a-profile", cause="dns-firewall", says=(mentions(lambda lab: lab.ids.profile),))
def firewall_of_a_profile(lab):
    """The rule group comes with a Profile, which is somebody else's to change."""
    resolver, profiles = lab.clients["route53resolver"], lab.clients["route53profiles"]
    group = seed.firewall_rule(resolver, lab.ids, "*.tidbcloud.com", Action="BLOCK", BlockResponse="NXDOMAIN", associated=False)
    lab.ids.profile = seed.profile(profiles, lab.ids, f"arn:aws:route53resolver:{REGION}:{ACCOUNT}:firewall-rule-group/{group}")


@scenario("firewall-blocks-what-the-name-leads-to", cause="dns-firewall")
def firewall_blocks_what_the_name_leads_to(lab):
    """The resolver looks at the endpoint's own name too, to which the private name leads."""
    seed.firewall_rule(lab.clients["route53resolver"], lab.ids, "*.vpce.amazonaws.com", Action="BLOCK", BlockResponse="NODATA")


@scenario("firewall-about-others")
def firewall_about_others(lab):
    seed.firewall_rule(lab.clients["route53resolver"], lab.ids, "*.example.net", Action="BLOCK", BlockResponse="NXDOMAIN")
