"""What attributes mean by their names, in whatever service: who reaches it, whether it encrypts, what it restores."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ffp.review.concern import Topic
from ffp.review.facts.fact import Amount, Order, Ranked, Truth
from ffp.review.facts.orders import Refused


@dataclass(frozen=True)
class Meaning:
    """What the attributes with some names mean. A name is the end of a path, its steps divided by dots.

    Texts are compared in lower case, and words such as `ENABLED` as truth values. `absent` counts where the attribute
    is missing, unless the type has another default. `only` limits the meaning to some types.
    """

    says: str
    order: Order
    why: str
    names: str  # divided by spaces
    topic: Topic = Topic.EXPOSURE
    absent: Any = None
    only: tuple[str, ...] = ()
    read: Callable[[Any], Any] = lambda value: value


INTERNET = "It has an address on the internet; only security groups, or nothing at all, stand before it."
_OUTWARDS = "It reaches the internet directly: an attacker who controls it can send data out past the VPC's controls."
_READABLE = "Whoever gets the storage or a copy of it can read it."
_IN_CLEAR = "Whoever sees the network's traffic can read it."
_ANYBODY = "Whoever reaches it gets in."
_DELETED = "Whoever may delete it can do so in one call."
_NOTHING_LEFT = "After a deletion nothing is left to restore from."
_EARLIER = "It cannot be restored to a moment before that."
_ALONE = "If its zone fails, it is down until it is restored."
_HOST = "A program that is taken over gets the machine, and with it all other programs on it."

_ON, _OFF = Truth(), Truth(wanted=False)
_KEPT_ON, _KEPT_OFF = Truth(demanded=False), Truth(wanted=False, demanded=False)
_public = partial(Meaning, "A public address", why=INTERNET)
_outwards = partial(Meaning, "A way to the internet of its own", why=_OUTWARDS)
_at_rest = partial(Meaning, "Encryption at rest", why=_READABLE)
_on_the_way = partial(Meaning, "Encryption in transit", why=_IN_CLEAR)
_unidentified = partial(Meaning, "Access without sign-in", why=_ANYBODY)
_recovery = partial(Meaning, topic=Topic.RECOVERY)
_available = partial(Meaning, topic=Topic.AVAILABILITY, order=_KEPT_ON, why=_ALONE)


def _never(*values: Any) -> Refused:
    return Refused(frozenset(values))


MEANINGS: tuple[Meaning, ...] = (
    # Who reaches it.
    _public(
        _OFF,
        names="publicly_accessible is_publicly_accessible public_connectivity auto_assign_public_ips create_public_ip "
        "allow_from_public",
        absent=False,
    ),
    _public(
        _OFF,
        names="address_allocation_ids public_address_allocation_ids public_endpoint",
        absent=False,
        read=bool,
    ),
    _public(
        _KEPT_OFF,
        names="assign_public_ip launch_specification.associate_public_ip_address",
        absent=False,
    ),
    _public(_never("service_provided_eips"), names="public_access.type"),
    _public(_never("public"), names="endpoint_type", only=("aws_transfer_server",)),
    _public(_never("public"), names="setting.elbscheme"),
    _public(_never("public_only"), names="webserver_access_mode"),
    _public(_never("connect_ssh"), names="connection_type", only=("aws_cloud9_environment_ec2",)),
    _public(_never("public-read", "public-read-write", "authenticated-read"), names="acl"),
    Meaning("Keeping it away from the internet", _ON, INTERNET, "internal block_public_security_group_rules"),
    Meaning("Staying inside the VPC", _ON, INTERNET, "vpc_options.subnet_ids", read=bool),
    _outwards(_OFF, names="direct_internet_access enable_default_internet_access enable_internet_access", absent=False),
    _outwards(_never("publicinternetonly"), names="app_network_access_type"),
    # Who gets in.
    _unidentified(
        _OFF,
        names="client_authentication.unauthenticated anonymous_auth_enabled no_password_required signing_disabled",
        absent=False,
    ),
    _unidentified(
        _never("none", "no", "no-password-required", "open-access", "guestaccess"),
        names="auth_type authentication_type authorization_type authentication authentication_mode.type acl_name",
    ),
    Meaning("Demanding that viewers show a token", _ON, _ANYBODY, "authorized", only=("aws_ivs_channel",)),
    Meaning(
        "Who may do what in the domain",
        _KEPT_ON,
        "Whoever reaches the domain may do everything in it.",
        "advanced_security_options.enabled",
    ),
    Meaning("Sign-in with IAM", _KEPT_ON, "Only passwords open the database.", "iam_database_authentication_enabled"),
    Meaning("The rights of the whole machine", _OFF, _HOST, "privileged", absent=False),
    Meaning("The rights of the whole machine", _KEPT_OFF, _HOST, "privileged_mode root_access", absent=False),
    Meaning("Sharing with the whole machine", _never("host"), _HOST, "pid_mode ipc_mode"),
    # Whether it is encrypted where it lies.
    _at_rest(
        _ON,
        names="encrypted storage_encrypted at_rest_encryption_enabled encrypt_at_rest.enabled "
        "server_side_encryption.enabled root_volume_encryption_enabled user_volume_encryption_enabled "
        "s3_bucket_encryption_enabled cloud_watch_encryption_enabled return_connection_password_encrypted "
        "enable_at_rest_encryption",
    ),
    _at_rest(_KEPT_ON, names="kms_encrypted"),
    _at_rest(
        _never(False, "none"),
        names="encryption_type catalog_encryption_mode cloudwatch_encryption_mode job_bookmarks_encryption_mode "
        "s3_encryption_mode",
    ),
    Meaning("Storing in clear", _OFF, _READABLE, "encryption_disabled allow_clear_text", absent=False),
    # Whether it is encrypted on its way.
    _on_the_way(
        _ON,
        names="transit_encryption_enabled transit_encryption tls_enabled node_to_node_encryption.enabled in_cluster "
        "enable_ssl require_tls require_encryption enable_inter_container_traffic_encryption tls.enforce "
        "enable_in_transit_encryption jdbc_enforce_ssl",
    ),
    _on_the_way(_never(False, "0"), names="parameter.tls parameter.require_ssl parameter.neptune_enforce_ssl"),
    _on_the_way(
        _never("none", "plaintext", "tls_plaintext", "no_encrypt"),
        names="cluster_endpoint_encryption_type in_transit_encryption client_broker encryption_mode "
        "kafka_cluster_encryption_in_transit.encryption_type",
    ),
    _on_the_way(_never("none"), names="ssl_mode", only=("aws_dms_endpoint",)),
    _on_the_way(_never(False, "permissive"), names="tls.mode"),
    _on_the_way(_never("ftp"), names="protocols"),
    _on_the_way(_never("http"), names="lb_protocol server_protocol"),
    _on_the_way(_never("http"), names="protocol", only=("aws_vpclattice_listener",)),
    _on_the_way(
        _never("plaintext", "sasl_plaintext", "sasl-plaintext"),
        names="security_protocol ssl_security_protocol",
    ),
    _on_the_way(Refused(frozenset({"optional"}), demanded=False), names="tls_policy", absent="optional"),
    Meaning("TLS on every request", _ON, _IN_CLEAR, "enforce_https"),
    Meaning(
        "Trusting any certificate",
        _OFF,
        "Whoever is on the way can pretend to be the other side.",
        "insecure_ssl disable_ssl insecure_skip_verification",
        absent=False,
    ),
    Meaning("Refusing connections in clear", Ranked(("preferred", "required")), _IN_CLEAR, "transit_encryption_mode"),
    Meaning("Traffic within the VPC", _KEPT_ON, _IN_CLEAR, "enhanced_vpc_routing"),
    # What it restores, and how it goes on.
    _recovery("The protection from deletion", _ON, _DELETED, "deletion_protection deletion_protection_enabled"),
    _recovery("Deleting without a last snapshot", _OFF, _NOTHING_LEFT, "skip_final_snapshot", absent=False),
    _recovery("Deleting without a last backup", _OFF, _NOTHING_LEFT, "skip_final_backup", absent=False),
    _recovery(
        "Automatic backups",
        Amount("days"),
        _EARLIER,
        "backup_retention_period automatic_backup_retention_days automated_snapshot_retention_period "
        "snapshot_retention_limit",
    ),
    _available("The standby in another zone", names="multi_az multi_az_enabled"),
    _available("The standby that takes over", names="automatic_failover_enabled"),
)

# What counts where an attribute is missing, for types of which a new one needs it.
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "aws_alb": {"internal": False},
    "aws_apprunner_service": {"network_configuration.ingress_configuration.is_publicly_accessible": True},
    "aws_appsync_api_cache": {"at_rest_encryption_enabled": False, "transit_encryption_enabled": False},
    "aws_cloud9_environment_ec2": {"connection_type": "connect_ssh"},
    "aws_cloudsearch_domain": {"endpoint_options.enforce_https": False},
    "aws_datasync_location_efs": {"in_transit_encryption": "none"},
    "aws_dax_cluster": {"server_side_encryption.enabled": False, "cluster_endpoint_encryption_type": "none"},
    "aws_dms_endpoint": {"ssl_mode": "none"},
    "aws_docdb_cluster": {"backup_retention_period": 1, "deletion_protection": False, "storage_encrypted": False},
    "aws_elastic_beanstalk_environment": {"setting.elbscheme": "public"},
    "aws_elasticache_cluster": {"transit_encryption_enabled": False},
    "aws_elasticache_replication_group": {
        "at_rest_encryption_enabled": False,
        "snapshot_retention_limit": 0,
        "transit_encryption_enabled": False,
    },
    "aws_elasticsearch_domain": {"encrypt_at_rest.enabled": False, "vpc_options.subnet_ids": False},
    "aws_elb": {"internal": False},
    "aws_ivs_channel": {"authorized": False},
    "aws_kinesis_stream": {"encryption_type": "none"},
    "aws_lb": {"internal": False},
    "aws_msk_cluster": {"client_authentication.unauthenticated": True},
    "aws_mskconnect_connector": {"kafka_cluster_encryption_in_transit.encryption_type": "plaintext"},
    "aws_neptune_cluster": {"backup_retention_period": 1, "deletion_protection": False, "storage_encrypted": False},
    "aws_opensearch_domain": {
        "domain_endpoint_options.enforce_https": False,
        "encrypt_at_rest.enabled": False,
        "node_to_node_encryption.enabled": False,
        "vpc_options.subnet_ids": False,
    },
    "aws_sagemaker_domain": {"app_network_access_type": "publicinternetonly"},
    "aws_sagemaker_notebook_instance": {"direct_internet_access": True, "root_access": True},
    "aws_transfer_server": {"endpoint_type": "public"},
    "aws_vpclattice_service": {"auth_type": "none"},
    "aws_vpclattice_service_network": {"auth_type": "none"},
    "aws_workspaces_workspace": {"root_volume_encryption_enabled": False, "user_volume_encryption_enabled": False},
}
# The same inside a block, of which there may be none.
DEFAULTS_INSIDE: Mapping[str, Mapping[str, Any]] = {
    "aws_ecs_task_definition": {"volume.efs_volume_configuration.transit_encryption": False},
}
