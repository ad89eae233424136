"""The longest chain of answers: which ones have to come one after another before a healthy run can end.

Read off the collector's graph (src/collect/graph), not off what the program says of its own time:

    the metadata service's token ─ Region ─ name of the role ─ its credentials ─ DescribeVpcEndpoints ─ a list by VPC

The Region comes before the credentials because the API's clients are made for a Region. The rest of the metadata (macs/, and below it) takes
as many answers as the credentials and runs beside them. A VPC's lists wait for the endpoints, whose VPC they ask about; they are
asked at once. A world with prefix lists, peerings or transit gateways in its routes has one more link; the healthy one has none.
"""

LINKS = (
    ("metadata", "PUT /latest/api/token"),
    ("metadata", "GET …/placement/region"),
    ("metadata", "GET …/iam/security-credentials/"),
    ("metadata", "GET …/iam/security-credentials/ROLE"),
    ("api", "ec2:DescribeVpcEndpoints"),
    ("api", "a list by VPC (ec2:DescribeNetworkInterfaces, …)"),
)


def answers(delayed=("metadata", "api")):
    """How many links of the chain are delayed."""
    return sum(who in delayed for who, _ in LINKS)


def in_words():
    return " → ".join(what for _, what in LINKS)


def longest_in_a_row(intervals):
    """How many of these (start, end) can be picked so that none begins before the last one ended: what a run had to wait for, at most."""
    count, end = 0, 0.0
    for start, ended in sorted(intervals, key=lambda each: each[1]):
        if start >= end:
            count, end = count + 1, ended
    return count
