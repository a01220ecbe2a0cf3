"""RDS Proxy in front of the database, by setting. The proxy and its clients authenticate by IAM, without passwords."""

from typing import cast

from modules.common import Context, Limit, PolicyDocument, Statement, service_role
from modules.framework import (
    Construct,
    DbProxy,
    DbProxyDefaultTargetGroup,
    DbProxyDefaultTargetGroupConnectionPoolConfig,
    DbProxyTarget,
    Fn,
    IamRolePolicy,
    ITerraformDependable,
)
from modules.network import Network, SecurityGroup


class DatabaseProxy(Construct):
    """An RDS Proxy in the private tier that accepts only TLS, and only IAM authentication on both sides."""

    def __init__(
        self, scope: Construct, id_: str, *, context: Context, network: Network, instance_id: str, user_arn: str
    ) -> None:
        super().__init__(scope, id_)
        self.security_group = SecurityGroup(
            self,
            "firewall",
            context=context,
            vpc_id=network.vpc_id,
            label="database-proxy",
            purpose="RDS Proxy: groups with a binding come in, the database alone is reached",
        )
        self.security_group.waive(
            "CKV2_AWS_5", "The proxy carries it, as FFP_SHAPE_2_1 checks; this check does not know proxies."
        )
        role = service_role(
            self,
            "role",
            context=context,
            name="database-proxy",
            service="rds.amazonaws.com",
            description="RDS Proxy's own connections to the database",
        )
        access = PolicyDocument(self, "access", [Statement("Connect", ("rds-db:connect",), (user_arn,))])
        policy = IamRolePolicy(self, "policy", name="connect", role=role.id, policy=access.json)
        self._proxy = DbProxy(
            self,
            "proxy",
            # A change of subnets replaces the proxy. For a while both exist, so the name depends on the zones.
            name=context.name(f"database-{network.zones}", Limit.DATABASE),
            engine_family="POSTGRESQL",
            role_arn=role.arn,
            require_tls=True,
            default_auth_scheme="IAM_AUTH",
            vpc_subnet_ids=network.private_subnet_ids,
            vpc_security_group_ids=[self.security_group.id],
            depends_on=[policy],
        )
        pool = DbProxyDefaultTargetGroup(
            self,
            "pool",
            db_proxy_name=self._proxy.name,
            connection_pool_config=DbProxyDefaultTargetGroupConnectionPoolConfig(
                max_connections_percent=80, max_idle_connections_percent=20
            ),
        )
        target = DbProxyTarget(
            self,
            "target",
            db_proxy_name=self._proxy.name,
            target_group_name=pool.name,
            db_instance_identifier=instance_id,
        )
        self.path_to_database: list[ITerraformDependable] = [pool, target]

    @property
    def host(self) -> str:
        return self._proxy.endpoint

    @property
    def resource_id(self) -> str:
        """The id by which `rds-db:connect` names the proxy: the last part of its ARN."""
        return cast(str, Fn.element(Fn.split(":", self._proxy.arn), 6))
