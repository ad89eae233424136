"""Faults and the list of calls: a layer in front of the API, so that moto knows nothing of it.

Under /lab the tests steer it; everything else is an AWS call. Calls signed with the lab's own key are neither
refused nor listed: they build the world, and a person who builds a world is not what is tested.
"""

import io
import json
import re
import threading
import time
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

LAB_KEY = "ASIALABLABLABLABLAB0"
CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4_request")
# Route 53 and its Profiles speak REST: their actions are told apart by method and path. Those that are not known here show as they came.
REST_ACTIONS = [
    (r"GET /2013-04-01/hostedzonesbyvpc", "ListHostedZonesByVPC"),
    (r"GET /2013-04-01/hostedzone/[^/]+/rrset", "ListResourceRecordSets"),
    (r"GET /2013-04-01/hostedzone/[^/]+$", "GetHostedZone"),
    (r"GET /2013-04-01/hostedzone$", "ListHostedZones"),
    (r"GET /profileassociations", "ListProfileAssociations"),
    (r"GET /profileresourceassociations", "ListProfileResourceAssociations"),
    (r"POST /profileassociation$", "AssociateProfile"),
    (r"POST /profileresourceassociation$", "AssociateResourceToProfile"),
    (r"POST /profile$", "CreateProfile"),
]
IAM_PREFIX = {"monitoring": "cloudwatch"}
READING = ("Describe", "List", "Get")


class Control:
    def __init__(self, handlers):
        self.handlers = handlers  # path -> function of the decoded body: reset, provider and so on
        self.lock = threading.Lock()
        self.clear()

    def clear(self):
        self.faults, self.calls, self.throttled_until = {}, [], None

    def set_faults(self, faults):
        self.faults, self.throttled_until = faults, None

    def answer(self, method, path, body):
        if path == "/lab/calls":
            with self.lock:
                calls = list(self.calls)
                if method == "DELETE":
                    self.calls.clear()
            return calls
        if path == "/lab/faults":
            return self.set_faults(body or {})
        if path == "/lab/clear":
            return self.clear()
        return self.handlers[path](body)

    def throttled(self):
        """Throttling lasts from the first call that meets it: a slow start must not use it up."""
        seconds = self.faults.get("throttle_seconds", 0)
        with self.lock:
            if seconds and self.throttled_until is None:
                self.throttled_until = time.monotonic() + seconds
        return bool(seconds) and time.monotonic() < self.throttled_until

    def fault_for(self, service, action):
        name = f"{IAM_PREFIX.get(service, service)}:{action}"
        if self.throttled():
            return "throttled", name
        if any(fits(pattern, name) for pattern in self.faults.get("denied", [])):
            return "denied", name
        return None, name


def fits(pattern, name):
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), name) is not None


class FrontDoor:
    """The WSGI layer: it reads which call comes in, notes it, delays or refuses it, or hands it on."""

    def __init__(self, app, control, arn_of):
        self.app, self.control, self.arn_of = app, control, arn_of

    def __call__(self, environ, start_response):
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length)
        environ["wsgi.input"] = io.BytesIO(body)
        path = environ.get("PATH_INFO", "")
        if path.startswith("/lab/"):
            return self.steer(environ["REQUEST_METHOD"], path, body, start_response)
        if path.startswith("/moto-api"):
            return self.app(environ, start_response)
        key, service, action = identify(environ, body)
        if key != LAB_KEY:
            refusal = self.meet(key, service, action)
            if refusal:
                status, content_type, text = refusal
                start_response(status, [("Content-Type", content_type), ("Content-Length", str(len(text)))])
                return [text]
        return self.app(environ, start_response)

    def steer(self, method, path, body, start_response):
        try:
            status, answer = "200 OK", self.control.answer(method, path, json.loads(body) if body else None)
        except Exception as problem:  # whoever steers gets to read what went wrong
            status, answer = "500 Internal Server Error", {"error": repr(problem)}
        text = json.dumps(answer).encode()
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(text)))])
        return [text]

    def meet(self, key, service, action):
        control = self.control
        fault, name = control.fault_for(service, action)
        entry = {"service": service, "action": action, "key": key, "time": time.time(), "fault": fault,
                 "reading": action.startswith(READING)}
        with control.lock:
            control.calls.append(entry)
        time.sleep(control.faults.get("delay_ms", 0) / 1000)
        return refuse(fault, service, name, self.arn_of(key)) if fault else None


def identify(environ, body):
    found = CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    key, service = (found[1], found[3]) if found else ("", "unsigned")
    target = environ.get("HTTP_X_AMZ_TARGET")
    if target:
        return key, service, target.split(".")[-1]
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        action = parse_qs(body.decode(errors="replace")).get("Action", [""])[0]
        if action:
            return key, service, action
    line = f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '')}"
    return key, service, next((name for pattern, name in REST_ACTIONS if re.match(pattern, line)), line)


def refuse(fault, service, action, arn):
    """Status, content type and body of a refusal in the shape of the service's protocol."""
    code, message, status = CODES[fault](service, action, arn)
    if service in JSON_SERVICES:
        text = json.dumps({"__type": code, "Message": message, "message": message})
        return "400 Bad Request", "application/x-amz-json-1.1", text.encode()
    request = "59dbff89-35bd-4eac-99ed-be587EXAMPLE"
    if service == "ec2":
        xml = (f"<Response><Errors><Error><Code>{code}</Code><Message>{escape(message)}</Message></Error></Errors>"
               f"<RequestID>{request}</RequestID></Response>")
        return status, "text/xml;charset=UTF-8", xml.encode()
    xml = (f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
           f"<RequestId>{request}</RequestId></ErrorResponse>")
    return status, "text/xml", xml.encode()


def denied(service, action, arn):
    message = f"User: {arn} is not authorized to perform: {action} because no identity-based policy allows the {action} action"
    if service == "ec2":
        return "UnauthorizedOperation", f"You are not authorized to perform this operation. {message}", "403 Forbidden"
    return "AccessDeniedException" if service in JSON_SERVICES else "AccessDenied", message, "403 Forbidden"


def throttled(service, action, arn):
    if service == "ec2":
        return "RequestLimitExceeded", "Request limit exceeded.", "503 Service Unavailable"
    return "ThrottlingException" if service in JSON_SERVICES else "Throttling", "Rate exceeded", "400 Bad Request"


def unsigned(service, action, arn):
    if service == "ec2":
        return "AuthFailure", "AWS was not able to validate the provided access credentials", "401 Unauthorized"
    code = "InvalidSignatureException" if service in JSON_SERVICES else "SignatureDoesNotMatch"
    return code, "The request signature we calculated does not match the signature you provided.", "403 Forbidden"


CODES = {"denied": denied, "throttled": throttled, "unsigned": unsigned}
JSON_SERVICES = ("route53resolver", "route53profiles", "servicequotas")
