"""Harmless: the same in another writing, part 1 of 2."""

import copy

from tests.review.opinion.cases import harmless
from tests.review.opinion.editing import drop, put
from tests.review.opinion.finding import about, account, allows, both, condition_of, denies, listed, pick, policies
from tests.review.opinion.kinds import (
    DATABASE,
    DISTRIBUTION,
    FIREWALL,
    FUNCTION,
    LOG_GROUP,
    MANAGED_POLICY,
    POLICY_DOCUMENT,
    ROLE_POLICY,
    SAME,
    STAGE,
    USER_POOL,
    USER_POOL_CLIENT,
    WAY_IN,
)
from tests.review.opinion.parts import bucket_part, inside, media
from tests.review.opinion.policies import edit_bucket_statement, edit_statement

harmless("port-as-text", "network", SAME)(put(WAY_IN, "from_port", "5432", "5432"))
harmless("backups-as-text", "recoverability", SAME)(put(DATABASE, "backup_retention_period", "35"))
harmless("protection-as-text", "recoverability", SAME)(put(DATABASE, "deletion_protection", "true"))
harmless("standby-as-text", "availability", SAME)(put(DATABASE, "multi_az", "true"))
harmless("public-access-block-as-text", "exposure", SAME)(
    bucket_part("aws_s3_bucket_public_access_block", "block_public_policy", "true")
)
harmless("not-public-as-text", "exposure", SAME)(put(DATABASE, "publicly_accessible", "false"))
harmless("not-public-unsaid", "exposure", "The default.")(drop(DATABASE, "publicly_accessible"))
harmless("force-destroy-unsaid", "recoverability", "The default.")(drop("aws_s3_bucket", "force_destroy"))
harmless("final-snapshot-unsaid", "recoverability", "The default.")(drop(DATABASE, "skip_final_snapshot"))
harmless("recovery-window-unsaid", "recoverability", "The default is 30.")(
    drop("aws_secretsmanager_secret", "recovery_window_in_days")
)
harmless("deletion-window-unsaid", "recoverability", "The default is 30.")(
    drop("aws_kms_key", "deletion_window_in_days")
)
harmless(
    "rotation-period-unsaid",
    "exposure",
    "The default is 365.",
    doubt="an optional computed argument; AWS's default is the same",
)(drop("aws_kms_key", "rotation_period_in_days"))
harmless("client-without-secret-unsaid", "sign-in", "The default.")(drop(USER_POOL_CLIENT, "generate_secret"))
harmless("tls-rule-without-default-effect", "exposure", "Allow is the default of an effect.")(
    edit_statement(
        ROLE_POLICY, allows("logs:PutLogEvents"), lambda document, policy, statement: statement.pop("effect")
    )
)
harmless("null-argument", "exposure", "Null is unsaid.")(put(DATABASE, "replicate_source_db", None, new=True))
harmless("empty-tags", "availability", "No tags.")(put("aws_s3_bucket", "tags", {}, new=True))
harmless("block-as-list", "exposure", SAME)(
    bucket_part("aws_s3_bucket_versioning", "versioning_configuration", lambda value: [value])
)
harmless("list-as-block", "recoverability", SAME)(
    bucket_part("aws_s3_bucket_lifecycle_configuration", "rule", lambda value: value[0])
)
harmless("encryption-as-block", "exposure", SAME)(
    bucket_part("aws_s3_bucket_server_side_encryption_configuration", "rule", lambda value: value[0])
)
harmless("vpc-config-as-list", "network", SAME)(put(FUNCTION, "vpc_config", lambda value: [value], inside))
harmless("password-policy-as-list", "sign-in", SAME)(put(USER_POOL, "password_policy", lambda value: [value]))
harmless("certificate-as-list", "front door", SAME)(put(DISTRIBUTION, "viewer_certificate", lambda value: [value]))
harmless("default-behaviour-as-list", "front door", SAME)(
    put(DISTRIBUTION, "default_cache_behavior", lambda value: [value])
)
harmless("headers-as-list", "front door", SAME)(
    put("aws_cloudfront_response_headers_policy", "security_headers_config", lambda value: [value])
)
harmless("logging-as-list", "watching", SAME)(put(FUNCTION, "logging_config", lambda value: [value]))
harmless("stage-settings-as-list", "front door", SAME)(put(STAGE, "default_route_settings", lambda value: [value]))
harmless("document-statement-as-object", "access", SAME)(
    lambda document: (
        next((o for _, _, _, o in policies(document, ROLE_POLICY) if len(o["statement"]) > 0))
        and [
            o.update(statement=o["statement"][0])
            for o in document["data"][POLICY_DOCUMENT].values()
            if len(o["statement"]) == 1
        ][:1]
        and None
    )
)
harmless("principals-as-object", "access", SAME)(
    edit_statement(
        "aws_iam_role",
        allows("sts:AssumeRole"),
        lambda document, policy, statement: statement.update(principals=statement["principals"][0]),
        "assume_role_policy",
    )
)
harmless("condition-as-object", "access", SAME)(
    edit_statement(
        "aws_iam_role",
        lambda statement: len(statement.get("condition", ())) == 1,
        lambda document, policy, statement: statement.update(condition=statement["condition"][0]),
        "assume_role_policy",
    )
)
harmless("actions-reordered", "access", SAME)(
    edit_statement(
        ROLE_POLICY,
        lambda statement: len(listed(statement["actions"])) > 1,
        lambda document, policy, statement: statement["actions"].reverse(),
    )
)
harmless("statements-reordered", "access", SAME)(
    lambda document: next((o for _, _, _, o in policies(document, ROLE_POLICY) if len(o["statement"]) > 1))[
        "statement"
    ].reverse()
)
harmless("statements-of-bucket-reordered", "access", SAME)(
    edit_bucket_statement(media, denies("s3:*"), lambda document, policy, statement: policy["statement"].reverse())
)
harmless("statements-of-boundary-reordered", "access", SAME, stack="bootstrap")(
    lambda document: [o["statement"].reverse() for _, _, _, o in policies(document, MANAGED_POLICY, where="boundary")]
)
harmless("values-reordered", "access", SAME, stack="bootstrap")(
    edit_statement(
        MANAGED_POLICY,
        lambda statement: any(len(c["values"]) > 1 for c in statement.get("condition", ())),
        lambda document, policy, statement: [c["values"].reverse() for c in statement["condition"]],
    )
)
harmless("conditions-reordered", "access", SAME, stack="bootstrap")(
    edit_statement(
        "aws_iam_role",
        lambda statement: len(statement.get("condition", ())) > 1,
        lambda document, policy, statement: statement["condition"].reverse(),
        "assume_role_policy",
    )
)
harmless("action-in-other-case", "access", "IAM does not mind case.")(
    edit_statement(
        ROLE_POLICY,
        allows("logs:PutLogEvents"),
        lambda document, policy, statement: statement.update(
            actions=[a.replace("logs:Put", "logs:put") for a in statement["actions"]]
        ),
    )
)
harmless("action-twice", "access", SAME)(
    edit_statement(
        ROLE_POLICY,
        allows("logs:PutLogEvents"),
        lambda document, policy, statement: statement["actions"].append("logs:PutLogEvents"),
    )
)
harmless("statement-twice", "access", SAME)(
    edit_statement(
        ROLE_POLICY,
        allows("logs:PutLogEvents"),
        lambda document, policy, statement: policy["statement"].append(dict(copy.deepcopy(statement), sid="Again")),
    )
)
harmless("statement-split", "access", SAME)(
    edit_statement(
        ROLE_POLICY,
        allows("xray:PutTraceSegments"),
        lambda document, policy, statement: (
            policy["statement"].append(dict(copy.deepcopy(statement), sid="Second", actions=statement["actions"][1:])),
            statement.update(actions=statement["actions"][:1]),
        ),
    )
)
harmless("statement-split-by-resource", "access", SAME)(
    edit_statement(
        ROLE_POLICY,
        both(allows("logs:PutLogEvents"), lambda statement: len(statement["resources"]) > 1),
        lambda document, policy, statement: (
            policy["statement"].append(
                dict(copy.deepcopy(statement), sid="Second", resources=statement["resources"][1:])
            ),
            statement.update(resources=statement["resources"][:1]),
        ),
    )
)
harmless("denial-split", "access", SAME)(
    edit_bucket_statement(
        media,
        both(denies("s3:*"), about("SecureTransport")),
        lambda document, policy, statement: (
            policy["statement"].append(
                dict(copy.deepcopy(statement), sid="Second", resources=statement["resources"][1:])
            ),
            statement.update(resources=statement["resources"][:1]),
        ),
    )
)
harmless("condition-value-as-bool-text", "exposure", SAME)(
    edit_bucket_statement(
        media,
        both(denies("s3:*"), about("SecureTransport")),
        lambda document, policy, statement: condition_of(statement, "SecureTransport").update(values=[False]),
    )
)
harmless("condition-key-in-other-case", "exposure", "Keys do not mind case.")(
    edit_bucket_statement(
        media,
        both(denies("s3:*"), about("SecureTransport")),
        lambda document, policy, statement: condition_of(statement, "SecureTransport").update(
            variable="aws:securetransport"
        ),
    )
)
harmless("principal-as-aws-star", "exposure", 'In a denial "*" and AWS "*" are the same.')(
    edit_bucket_statement(
        media,
        both(denies("s3:*"), about("SecureTransport")),
        lambda document, policy, statement: statement.update(principals=[{"type": "AWS", "identifiers": ["*"]}]),
    )
)
harmless("root-by-number", "access", "The number is the root.")(
    edit_statement(
        "aws_kms_key_policy",
        allows("kms:*"),
        lambda document, policy, statement: statement["principals"][0].update(identifiers=[account(document)]),
    )
)
harmless("group-literal-name", "network", SAME)(
    lambda document: pick(document, LOG_GROUP)[1].update(retention_in_days="365")
)
harmless("rules-of-firewall-reordered", "front door", "Priorities decide.")(
    put(FIREWALL, "rule", lambda value: value[::-1])
)
harmless("origins-reordered", "front door", "Ids decide.")(put(DISTRIBUTION, "origin", lambda value: value[::-1]))
