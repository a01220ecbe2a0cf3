"""What keeps data and answers on a port: databases, caches, brokers, file systems; and who may ordinarily ask them."""

from ffp.review.network.areas import Span, merged, tcp
from ffp.review.side import Side
from ffp.stacks import SynthesisedBlock

_SQL = (5432, 3306, 1433, 1521, 50000)
_CACHE = (6379, 6380, 11211, 11212)
_KAFKA = (9092, 9094, 9096, 9098)
# The ports on which each kind answers unless its attribute `port` says another.
_PORTS: dict[str, tuple[int, ...]] = {
    "aws_db_instance": _SQL,
    "aws_db_proxy": _SQL,
    "aws_db_proxy_endpoint": _SQL,
    "aws_dax_cluster": (8111, 9111),
    "aws_docdb_cluster": (27017,),
    "aws_docdbelastic_cluster": (27017,),
    "aws_efs_mount_target": (2049,),
    "aws_elasticache_cluster": _CACHE,
    "aws_elasticache_replication_group": _CACHE,
    "aws_elasticache_serverless_cache": _CACHE,
    "aws_elasticsearch_domain": (443,),
    "aws_fsx_lustre_file_system": (988, *range(1018, 1024)),
    "aws_fsx_ontap_file_system": (111, 443, 445, 635, 2049, 3260),
    "aws_fsx_openzfs_file_system": (111, 2049, *range(20001, 20004)),
    "aws_fsx_windows_file_system": (445, 5985),
    "aws_memorydb_cluster": _CACHE,
    "aws_mq_broker": (443, 5671, 8162, 8883, 61614, 61617, 61619),
    "aws_msk_cluster": _KAFKA,
    "aws_msk_serverless_cluster": _KAFKA,
    "aws_neptune_cluster": (8182,),
    "aws_opensearch_domain": (443,),
    "aws_opensearch_vpc_endpoint": (443,),
    "aws_rds_cluster": _SQL,
    "aws_rds_shard_group": _SQL,
    "aws_redshift_cluster": (5439,),
    "aws_redshiftserverless_workgroup": (5439,),
    "aws_timestreaminfluxdb_db_instance": (8086,),
}
_BY_ENGINE = {"postgres": 5432, "mysql": 3306, "mariadb": 3306, "sqlserver": 1433, "oracle": 1521, "db2": 50000}
_BY_ENGINE |= {"redis": 6379, "valkey": 6379, "memcached": 11211}

# The ports by which people administer machines.
ADMINISTRATION: tuple[Span, ...] = merged(tcp(22, 23, 2375, 2376, 3389, 5900, 5985, 5986, 6443, 10250))
# Programs that a deployment puts there: a group of them may be given a way to a store, as others have it.
CLIENTS = (
    "aws_apprunner_vpc_connector",
    "aws_db_proxy",
    "aws_ecs_service",
    "aws_lambda_function",
)


def is_store(type_: str) -> bool:
    """Whether a resource of this type keeps data."""
    return type_ in _PORTS


def port_of(side: Side, block: SynthesisedBlock) -> int | None:
    """The one port on which a store answers; None if it cannot be told."""
    try:
        return int(side.get(block, "port"))
    except (TypeError, ValueError):
        pass
    engine = str(side.get(block, "engine") or side.get(block, "engine_family") or "").lower()
    found = next((port for name, port in _BY_ENGINE.items() if name in engine), None)
    if found is None and len(set(_PORTS.get(block.type, ()))) == 1:
        return _PORTS[block.type][0]
    return found


def ports_of(side: Side, block: SynthesisedBlock) -> tuple[Span, ...]:
    """The ports on which a store answers."""
    port = port_of(side, block)
    return merged(tcp(*([port] if port is not None else _PORTS.get(block.type, ()))))
