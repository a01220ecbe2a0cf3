"""The VPC with its subnet tiers and egress, and security groups (MAP-7)."""

from modules.network.security_group import SecurityGroup
from modules.network.vpc import Network

__all__ = ["Network", "SecurityGroup"]
