# What Terraform may run of AWS provider 5.100.0. By `ffp providers lock`; review changes.

provider "registry.terraform.io/hashicorp/aws" {
  version     = "5.100.0"
  constraints = "5.100.0"
  hashes = [
    "h1:edXOJWE4ORX8Fm+dpVpICzMZJat4AX0VRCAy/xkcOc0=", # linux_amd64
  ]
}
