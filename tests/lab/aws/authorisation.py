"""Signatures and policies, verified in front of everything the API has.

What verifies them is moto's own (`moto.iam.access_control`), and so is the switch (`POST /moto-api/reset-auth`). moto asks
it from within each service, where three things differ from AWS: EC2 refuses with `AccessDenied`, Resolver in XML, and
Route 53 finds every signature wrong, because the parameters of a GET are taken for its body. What stands beside moto
(`dns_policy.py`) it does not ask at all. Here it is asked once for each call, about the request as it came.
"""

import io
from urllib.parse import unquote

from moto import settings
from moto.core.authorization import ActionAuthenticatorMixin
from moto.core.exceptions import AccessDeniedError, AuthFailureError, InvalidClientTokenIdError, SignatureDoesNotMatchError
from moto.iam.access_control import IAMRequest
from werkzeug.datastructures import EnvironHeaders

from .control import IAM_PREFIX, LAB_KEY, identify, refuse


def install():
    """moto's services are not to ask a second time."""
    ActionAuthenticatorMixin._authenticate_and_authorize_normal_action = lambda self, resource="*": None


class Authorisation:
    """The WSGI layer: it hands on what is signed by whom it knows and allowed by that one's policies."""

    def __init__(self, app, account, arn_of):
        self.app, self.account, self.arn_of = app, account, arn_of

    def __call__(self, environ, start_response):
        path = environ.get("PATH_INFO", "")
        if settings.INITIAL_NO_AUTH_ACTION_COUNT > 0 or path.startswith("/moto-api"):
            return self.app(environ, start_response)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        key, service, action = identify(environ, body)
        if key == LAB_KEY:
            return self.app(environ, start_response)
        refusal = self.refusal(environ, body, key, service, action)
        if refusal is None:
            return self.app(environ, start_response)
        status, content_type, text = refusal
        start_response(status, [("Content-Type", content_type), ("Content-Length", str(len(text)))])
        return [text]

    def refusal(self, environ, body, key, service, action):
        headers = EnvironHeaders(environ)
        try:
            # As signed: WSGI has decoded PATH_INFO already.
            path = environ.get("REQUEST_URI") or environ["PATH_INFO"] + ("?" + environ["QUERY_STRING"] if environ.get("QUERY_STRING") else "")
            request = IAMRequest(self.account, environ["REQUEST_METHOD"], path, {}, body, headers, action)
            request.check_signature()
            request.check_action_permitted("*")
        except AccessDeniedError:
            return refuse("denied", service, f"{IAM_PREFIX.get(service, service)}:{action}", self.arn_of(key))
        except (AuthFailureError, InvalidClientTokenIdError, SignatureDoesNotMatchError) as wrong:
            return refuse("unsigned", service, type(wrong).__name__, unquote(key))
        return None
