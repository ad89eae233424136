"""The API and the metadata service out of reach: probes decide, and what could not be seen is named."""

from lab.names import REGION
from lab.scenario import mentions, missing_names, outcome, scenario


def some_unknown(report, lab):
    unknown = [each for each in report["findings"] if each["outcome"] == "unknown" and each["missing"]]
    return None if unknown else "no finding is unknown with what is missing"


def close(lab):
    lab.ec2.revoke_security_group_ingress(GroupId=lab.ids.endpoint_group, IpPermissions=lab.ec2.describe_security_groups(
        GroupIds=[lab.ids.endpoint_group])["SecurityGroups"][0]["IpPermissions"])


@scenario("api-unreachable", says=(some_unknown, outcome("endpoint-security-group", "unknown"), outcome("login", "pass")))
def api_unreachable(lab):
    """A private subnet without a way to the AWS APIs. The database answers: healthy, and the unknowns are named."""
    lab.faults.api = "drop"


@scenario("api-refuses", says=(some_unknown,))
def api_refuses(lab):
    lab.faults.api = "reject"


@scenario("api-unreachable-and-dropped", cause="tcp", says=(some_unknown,))
def api_unreachable_and_dropped(lab):
    """The same, and the database doesn't answer: a cause as far as probes can tell."""
    close(lab)
    lab.faults.api = "drop"


def key(name):
    return lambda lab: lab.ids.credentials[name]


KEYS = {"AWS_ACCESS_KEY_ID": key("AccessKeyId"), "AWS_SECRET_ACCESS_KEY": key("SecretAccessKey"), "AWS_SESSION_TOKEN": key("Token"),
        "AWS_REGION": REGION}


@scenario("metadata-unreachable", env=KEYS, says=(outcome("metadata-service", "unknown", "warn", "not_applicable"), outcome("tcp", "pass")))
def metadata_unreachable(lab):
    lab.faults.metadata = "drop"


@scenario("metadata-off", env=KEYS, says=(outcome("metadata-service", "unknown", "warn", "not_applicable"),))
def metadata_off(lab):
    lab.faults.metadata = "off"


@scenario("metadata-unreachable-and-no-inbound-rule", cause="endpoint-security-group", env=KEYS)
def metadata_unreachable_and_no_inbound_rule(lab):
    """Who the client is has to be found by its address then."""
    close(lab)
    lab.faults.metadata = "drop"


@scenario("nothing-but-the-database", says=(some_unknown, outcome("login", "pass")))
def nothing_but_the_database(lab):
    """No metadata service, so no credentials and no region: a container, or no AWS machine at all."""
    lab.faults.metadata = "drop"
    lab.faults.api = "drop"


@scenario("one-action-denied", says=(missing_names("ec2:DescribeSecurityGroups"), outcome("endpoint-security-group", "unknown")))
def one_action_denied(lab):
    lab.api_faults(denied=["ec2:DescribeSecurityGroups"])


@scenario("one-action-denied-and-dropped", cause="tcp", says=(missing_names("ec2:DescribeSecurityGroups"), mentions("10.0.2.20")))
def one_action_denied_and_dropped(lab):
    """What would have explained it may not be read: the probe is the cause, and the permission is named."""
    close(lab)
    lab.api_faults(denied=["ec2:DescribeSecurityGroups"])


@scenario("every-action-denied", says=(some_unknown, outcome("login", "pass")))
def every_action_denied(lab):
    lab.api_faults(denied=["*"])


@scenario("throttled", says=(outcome("endpoint-exists", "pass"), outcome("endpoint-security-group", "pass")))
def throttled(lab):
    """Three seconds of RequestLimitExceeded: worth waiting for."""
    lab.api_faults(throttle_seconds=3)


@scenario("slow-api", says=(outcome("endpoint-security-group", "pass"),), at_most=5.0)
def slow_api(lab):
    """Half a second an answer: calls that need nothing of each other are made at once."""
    lab.api_faults(delay_ms=500)
