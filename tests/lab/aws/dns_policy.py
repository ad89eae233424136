"""DNS Firewall and Route 53 Profiles, which moto does not have: a layer in front of it, with a store of its own.

Shapes and errors are those of AWS's service models. As many operations as a person needs to make a world, and all
that a client reads.
"""

import io
import json
import re
import time
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote

from moto.moto_api._internal import mock_random

from .control import identify
from .ec2_gaps import settings

REST = [  # as in the service model; the names in the path are the operation's arguments
    ("POST", r"/profile", "create_profile"),
    ("DELETE", r"/profile/(?P<ProfileId>[^/]+)", "delete_profile"),
    ("GET", r"/profiles", "list_profiles"),
    ("POST", r"/profileassociation", "associate_profile"),
    ("DELETE", r"/profileassociation/Profileid/(?P<ProfileId>[^/]+)/resourceid/(?P<ResourceId>[^/]+)", "disassociate_profile"),
    ("GET", r"/profileassociations", "list_profile_associations"),
    ("POST", r"/profileresourceassociation", "associate_resource_to_profile"),
    ("DELETE", r"/profileresourceassociation/profileid/(?P<ProfileId>[^/]+)/resourcearn/(?P<ResourceArn>.+)",
     "disassociate_resource_from_profile"),
    ("GET", r"/profileresourceassociations/profileid/(?P<ProfileId>[^/]+)", "list_profile_resource_associations"),
]
LARGEST_PAGE = {"list_firewall_domains": 5000, "list_firewall_configs": 10}


class Refused(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def missing(what, name):
    raise Refused("ResourceNotFoundException", f"[RSLVR-02025] Can't find the resource with ID \"{name}\". {what}")


def new_id(prefix):
    return f"{prefix}-{mock_random.get_random_hex(16)}"


@dataclass
class Firewall:
    """The firewall's part of Route 53 Resolver. Methods bear the operations' names; arguments come as AWS writes them."""

    account: str
    region: str
    groups: dict = field(default_factory=dict)
    lists: dict = field(default_factory=dict)
    rules: list = field(default_factory=list)
    ties: dict = field(default_factory=dict)
    configs: dict = field(default_factory=dict)

    def arn(self, kind, name):
        return f"arn:aws:route53resolver:{self.region}:{self.account}:{kind}/{name}"

    def create_firewall_rule_group(self, asked):
        name = new_id("rslvr-frg")
        self.groups[name] = {"Id": name, "Arn": self.arn("firewall-rule-group", name), "Name": asked["Name"], "RuleCount": 0,
                             "Status": "COMPLETE", "OwnerId": self.account, "ShareStatus": "NOT_SHARED"}
        return {"FirewallRuleGroup": self.groups[name]}

    def delete_firewall_rule_group(self, asked):
        group = self.group(asked)
        if any(tie["FirewallRuleGroupId"] == group["Id"] for tie in self.ties.values()):
            raise Refused("ConflictException", "The rule group is associated with a VPC.")
        return {"FirewallRuleGroup": self.groups.pop(group["Id"])}

    def group(self, asked):
        name = asked["FirewallRuleGroupId"]
        return self.groups.get(name) or missing("Resource type: firewall rule group", name)

    def create_firewall_domain_list(self, asked):
        name = new_id("rslvr-fdl")
        self.lists[name] = {"Id": name, "Arn": self.arn("firewall-domain-list", name), "Name": asked["Name"], "DomainCount": 0,
                            "Status": "COMPLETE", "domains": []}
        return {"FirewallDomainList": shown(self.lists[name])}

    def domain_list(self, asked):
        name = asked["FirewallDomainListId"]
        return self.lists.get(name) or missing("Resource type: firewall domain list", name)

    def delete_firewall_domain_list(self, asked):
        return {"FirewallDomainList": shown(self.lists.pop(self.domain_list(asked)["Id"]))}

    def update_firewall_domains(self, asked):
        found = self.domain_list(asked)
        given = [each.lower().rstrip(".") + "." for each in asked["Domains"]]
        kept = {"ADD": found["domains"], "REMOVE": [each for each in found["domains"] if each not in given], "REPLACE": []}
        added = [] if asked["Operation"] == "REMOVE" else given
        found["domains"] = list(dict.fromkeys([*kept[asked["Operation"]], *added]))
        found["DomainCount"] = len(found["domains"])
        return {key: found[key] for key in ("Id", "Name", "Status")}

    def list_firewall_domains(self, asked):
        return paged("list_firewall_domains", asked, "Domains", self.domain_list(asked)["domains"])

    def create_firewall_rule(self, asked):
        group, _ = self.group(asked), self.domain_list(asked)
        here = [rule for rule in self.rules if rule["FirewallRuleGroupId"] == group["Id"]]
        if any(rule["Priority"] == asked["Priority"] for rule in here):
            raise Refused("ValidationException", "[RSLVR-02309] The specified priority is already in use.")
        if asked["Action"] == "BLOCK" and "BlockResponse" not in asked:
            raise Refused("ValidationException", "[RSLVR-02303] BlockResponse is required for the action BLOCK.")
        rule = {"FirewallDomainRedirectionAction": "INSPECT_REDIRECTION_DOMAIN", **asked}
        self.rules.append(rule)
        group["RuleCount"] = len(here) + 1
        return {"FirewallRule": rule}

    def rule(self, asked):
        keys = ("FirewallRuleGroupId", "FirewallDomainListId", "Qtype")
        found = [rule for rule in self.rules if all(rule.get(key) == asked.get(key) for key in keys)]
        return found[0] if found else missing("Resource type: firewall rule", asked.get("FirewallDomainListId"))

    def update_firewall_rule(self, asked):
        self.rule(asked).update(asked)
        return {"FirewallRule": self.rule(asked)}

    def delete_firewall_rule(self, asked):
        rule = self.rule(asked)
        self.rules.remove(rule)
        self.group(asked)["RuleCount"] -= 1
        return {"FirewallRule": rule}

    def list_firewall_rules(self, asked):
        group = self.group(asked)["Id"]
        rules = [rule for rule in self.rules if rule["FirewallRuleGroupId"] == group]
        return paged("list_firewall_rules", asked, "FirewallRules", sorted(rules, key=lambda rule: rule["Priority"]))

    def associate_firewall_rule_group(self, asked):
        self.group(asked)
        name = new_id("rslvr-frgassoc")
        self.ties[name] = {"Id": name, "Arn": self.arn("firewall-rule-group-association", name), "MutationProtection": "DISABLED",
                           "Status": "COMPLETE", **asked}
        return {"FirewallRuleGroupAssociation": self.ties[name]}

    def disassociate_firewall_rule_group(self, asked):
        name = asked["FirewallRuleGroupAssociationId"]
        if name not in self.ties:
            missing("Resource type: firewall rule group association", name)
        return {"FirewallRuleGroupAssociation": {**self.ties.pop(name), "Status": "DELETING"}}

    def list_firewall_rule_group_associations(self, asked):
        wanted = {key: asked[key] for key in ("VpcId", "FirewallRuleGroupId", "Priority", "Status") if key in asked}
        ties = [tie for tie in self.ties.values() if all(tie[key] == value for key, value in wanted.items())]
        return paged("list_firewall_rule_group_associations", asked, "FirewallRuleGroupAssociations", ties)

    def update_firewall_config(self, asked):
        vpc = asked["ResourceId"]
        self.configs[vpc] = {"Id": new_id("rslvr-fc"), "OwnerId": self.account, "ResourceId": vpc, "FirewallFailOpen": asked["FirewallFailOpen"]}
        return {"FirewallConfig": self.configs[vpc]}

    def list_firewall_configs(self, asked):
        if "MaxResults" in asked and not 5 <= asked["MaxResults"] <= 10:
            raise Refused("ValidationException", "MaxResults must be between 5 and 10.")
        return paged("list_firewall_configs", asked, "FirewallConfigs", list(self.configs.values()))


@dataclass
class Profiles:
    """Route 53 Profiles."""

    account: str
    region: str
    profiles: dict = field(default_factory=dict)
    ties: list = field(default_factory=list)
    resources: list = field(default_factory=list)

    def profile(self, asked):
        return self.profiles.get(asked["ProfileId"]) or missing("Resource type: profile", asked["ProfileId"])

    def create_profile(self, asked):
        name = new_id("rp")
        self.profiles[name] = {"Id": name, "Arn": f"arn:aws:route53profiles:{self.region}:{self.account}:profile/{name}", "Name": asked["Name"],
                               "OwnerId": self.account, "ShareStatus": "NOT_SHARED", "Status": "COMPLETE"}
        return {"Profile": self.profiles[name]}

    def delete_profile(self, asked):
        return {"Profile": self.profiles.pop(self.profile(asked)["Id"])}

    def list_profiles(self, asked):
        shown = [{key: each[key] for key in ("Id", "Arn", "Name", "ShareStatus")} for each in self.profiles.values()]
        return paged("list_profiles", asked, "ProfileSummaries", shown)

    def associate_profile(self, asked):
        self.profile(asked)
        if any(tie["ResourceId"] == asked["ResourceId"] for tie in self.ties):
            raise Refused("ConflictException", "The VPC is already associated with a Profile.")
        self.ties.append({"Id": new_id("rpassoc"), "OwnerId": self.account, "Status": "COMPLETE", **self.dated(asked)})
        return {"ProfileAssociation": self.ties[-1]}

    def disassociate_profile(self, asked):
        return {"ProfileAssociation": taken(self.ties, asked, ("ProfileId", "ResourceId"))}

    def list_profile_associations(self, asked):
        wanted = {key: asked[key] for key in ("ProfileId", "ResourceId") if key in asked}
        ties = [tie for tie in self.ties if all(tie[key] == value for key, value in wanted.items())]
        return paged("list_profile_associations", asked, "ProfileAssociations", ties)

    def associate_resource_to_profile(self, asked):
        self.profile(asked)
        self.resources.append({"Id": new_id("rpr"), "OwnerId": self.account, "Status": "COMPLETE", **self.dated(asked)})
        return {"ProfileResourceAssociation": self.resources[-1]}

    def disassociate_resource_from_profile(self, asked):
        return {"ProfileResourceAssociation": taken(self.resources, asked, ("ProfileId", "ResourceArn"))}

    def list_profile_resource_associations(self, asked):
        profile = self.profile(asked)["Id"]
        found = [each for each in self.resources if each["ProfileId"] == profile]
        return paged("list_profile_resource_associations", asked, "ProfileResourceAssociations", found)

    def dated(self, asked):
        now = int(time.time())
        return {"CreationTime": now, "ModificationTime": now, **{key: value for key, value in asked.items() if key != "Tags"}}


def shown(domain_list):
    return {key: value for key, value in domain_list.items() if key != "domains"}


def taken(ties, asked, keys):
    for tie in ties:
        if all(tie[key] == asked[key] for key in keys):
            ties.remove(tie)
            return {**tie, "Status": "DELETING"}
    return missing("Resource type: association", asked[keys[-1]])


def paged(operation, asked, key, items):
    size = min(int(asked.get("MaxResults") or 100), LARGEST_PAGE.get(operation, 100), settings["page_size"])
    start = int(asked.get("NextToken") or 0)
    more = {"NextToken": str(start + size)} if len(items) > start + size else {}
    return {key: items[start:start + size], **more}


class DnsPolicy:
    """The WSGI layer: it answers what is its own, and hands on the rest."""

    def __init__(self, app, backend):
        self.app, self.backend = app, backend

    def __call__(self, environ, start_response):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        _, service, action = identify(environ, body)
        operation, asked = None, {}
        if service == "route53resolver":
            operation, asked = snake(action), json.loads(body or b"{}")
        elif service == "route53profiles":
            operation, asked = rest(environ, body)
        answer = getattr(self.store(service), operation, None) if operation else None
        if answer is None:
            return self.app(environ, start_response)
        status, headers = "200 OK", []
        try:
            text = json.dumps(answer(asked)).encode()
        except Refused as refused:
            status = "404 Not Found" if service == "route53profiles" and refused.code.startswith("ResourceNot") else "400 Bad Request"
            headers = [("x-amzn-ErrorType", refused.code)]
            text = json.dumps({"__type": refused.code, "Message": str(refused)}).encode()
        kind = "application/json" if service == "route53profiles" else "application/x-amz-json-1.1"
        start_response(status, [("Content-Type", kind), ("Content-Length", str(len(text))), *headers])
        return [text]

    def store(self, service):
        # Kept on the EC2 backend object, because moto's reset empties that and nothing else.
        backend = self.backend()
        kind = Firewall if service == "route53resolver" else Profiles
        return backend.__dict__.setdefault(f"lab_{service}", kind(backend.account_id, backend.region_name))


def snake(action):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", action).lower()


def rest(environ, body):
    method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
    for own, pattern, operation in REST:
        found = re.fullmatch(pattern, path) if own == method else None
        if found:
            query = {key[0].upper() + key[1:]: values[0] for key, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
            in_path = {key: unquote(value) for key, value in found.groupdict().items()}
            return operation, {**(json.loads(body) if body else {}), **query, **in_path}
    return None, {}
