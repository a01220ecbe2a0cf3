"""Where it is known that the review does not agree."""

_BY_MEANING = (  # seen only by whoever knows what the values are for
    "ownership-controls-removed-from-state",
    "alias-of-state-key-removed",
    "few-connections",
    "names-removed",
    "nat-route-removed",
    "internet-route-removed",
    "functions-in-the-isolated-tier",
    "function-past-the-connections",
    "integration-gives-up",
    "errors-become-success",
    "firewall-blocks-everybody",
)
_REPLACED = (  # Terraform replaces or exchanges what holds data
    "database-replaced-with-another",
    "bucket-replaced-with-another",
    "bucket-with-region-argument",
    "secrets-exchanged-by-moved-blocks",
)
_SIGN_IN = (  # who may sign in, and what their tokens say
    "saml-provider",
    "weak-account-passwords",
    "second-provider-of-tokens",
    "new-role-with-all-scopes",
    "role-scopes-unsaid",
    "machine-client",
)
_ALARMS_AND_LOGS = (  # a policy on the way, or a field that is gone
    "alarms-may-not-publish",
    "alarms-may-not-use-the-key",
    "flow-log-without-addresses",
    "access-logs-not-accepted",
)
_FURTHER_SERVICES = (  # new resources of services that the project does not use
    "new-acl-that-denies",
    "new-cache-in-clear",
    "new-ftp",
    "mails-from-a-stranger",
    "events-to-a-stranger",
    "metrics-to-a-stranger",
    "public-load-balancer-https",
    "broker-public",
    "notebook-on-the-internet",
    "kubernetes-on-the-internet",
    "app-runner-public",
    "stack-of-cloudformation",
)
_SECRETS_IN_STATE = (  # values that are read or made by Terraform, and one in a comment
    "secret-read-into-state",
    "parameter-read-into-state",
    "random-password",
    "private-key",
    "comment-with-a-secret",
)
_TAGS = (  # permissions depend on the environment's tag
    "provider-ignores-tags",
    "environment-tag-changed",
)
_NAMES_OF_THE_DOMAIN = (  # records that lead elsewhere
    "record-to-a-stranger",
    "mx-record-to-a-stranger",
    "zone-delegated",
)

MISSED = frozenset(
    (
        *_BY_MEANING,
        *_REPLACED,
        *_SIGN_IN,
        *_ALARMS_AND_LOGS,
        *_FURTHER_SERVICES,
        *_SECRETS_IN_STATE,
        *_TAGS,
        *_NAMES_OF_THE_DOMAIN,
    )
)

FALSE_ALARMS = frozenset(("file-system",))  # its creation token is taken for a secret
