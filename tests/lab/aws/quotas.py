"""The quota of endpoints a VPC: moto knows AWS's usual values, and neither that they can be others nor how to ask for more.

Here what is asked for is granted at once; AWS takes minutes for a little and days for much.
"""

import json
import uuid

from moto.servicequotas.models import ServiceQuotasBackend
from moto.servicequotas.responses import ServiceQuotasResponse

motos_own = ServiceQuotasBackend.get_service_quota


def install(backend):
    # Kept on the EC2 backend object, because moto's reset empties that and nothing else.
    def values():
        return backend().__dict__.setdefault("lab_quotas", {})

    def get_service_quota(self, service_code, quota_code):
        quota = motos_own(self, service_code, quota_code)
        return {**quota, "Value": values().get(quota_code, quota["Value"])}

    def request_service_quota_increase(self):
        asked = json.loads(self.body)
        values()[asked["QuotaCode"]] = asked["DesiredValue"]
        return json.dumps({"RequestedQuota": {
            "Id": uuid.uuid4().hex, "ServiceCode": asked["ServiceCode"], "QuotaCode": asked["QuotaCode"],
            "DesiredValue": asked["DesiredValue"], "Status": "APPROVED"}})

    def set_quota(body):
        values()[body["code"]] = float(body["value"])

    ServiceQuotasBackend.get_service_quota = get_service_quota
    ServiceQuotasResponse.request_service_quota_increase = request_service_quota_increase
    return set_quota
