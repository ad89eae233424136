# After each apply: can the application's instance reach TiDB Cloud? A `check` block warns and never blocks.
terraform {
  required_version = ">= 1.5"
  required_providers {
    external = { source = "hashicorp/external" }
  }
}

variable "host" { type = string }
variable "client" { type = string }

check "privatelink" {
  data "external" "pldoctor" {
    program = ["${path.module}/pldoctor.sh"]
    query   = { host = var.host, from = var.client }
  }

  assert {
    condition     = data.external.pldoctor.result.verdict == "healthy"
    error_message = "${data.external.pldoctor.result.summary} Fix: ${data.external.pldoctor.result.fix}"
  }
}
