"""Bad input in the environment, its addresses, its network and its sign-in."""

from settings import Domain, Environment, Range, RepositoryIds, Scope, SesIdentity, StateSettings
from tests.sample.tenancy import TENANCY
from tests.settings.case import Case
from tests.settings.changed import PROD, area, only
from tests.settings.tenancy_cases import tenancy

PEM = PROD.distribution.playback_keys[0]


def _mail(arn: str, sender: str = "sign-in@ffp.example") -> Environment:
    return area("identity", mail=SesIdentity(arn=arn, sender=sender))


_SES = "arn:aws:ses:eu-west-2:333333333333:identity/"

CASES = {
    "mail by what is no identity": Case(
        _mail("ffp.example"),
        "identity.mail.arn",
        "'ffp.example'",
        "the ARN of an SES identity",
        "write it like arn:aws",
    ),
    "mail by an identity elsewhere": Case(
        _mail("arn:aws:ses:eu-west-1:333333333333:identity/ffp.example"),
        "identity.mail.arn",
        "eu-west-1",
        "sends from eu-west-2 in account 333333333333",
        "verify the identity there",
    ),
    "mail by an identity of another account": Case(
        _mail("arn:aws:ses:eu-west-2:444444444444:identity/ffp.example"),
        "identity.mail.arn",
        "444444444444",
        "sends from eu-west-2 in account 333333333333",
        "verify the identity there",
    ),
    "mail from another domain": Case(
        _mail(f"{_SES}ffp.example", "sign-in@notffp.example"),
        "identity.mail.sender",
        "'sign-in@notffp.example'",
        "SES has verified only ffp.example",
        "name another arn",
    ),
    "mail from another address": Case(
        _mail(f"{_SES}a@ffp.example", "b@ffp.example"),
        "identity.mail.sender",
        "'b@ffp.example'",
        "SES has verified only a@ffp.example",
        "name another arn",
    ),
    "usage that falls from low to high": Case(
        area("usage", users=Range(500, 100, 1000)),
        "usage.users",
        "(500, 100, 1000)",
        "must not fall from low to high",
        "write Range(1, 2, 3)",
    ),
    "more than all deliveries missed": Case(
        area("usage", cache_miss_percent=Range(10, 20, 101)),
        "usage.cache_miss_percent",
        "high=101",
        "must be 0 to 100 %",
        "choose values from 0 to 100 %",
    ),
    "a peak below the average": Case(
        area("usage", peak_factor=0.5),
        "usage.peak_factor",
        "0.5",
        "must be 1 to 10000",
        "choose a value",
    ),
    "invitations for ever": Case(
        area("identity", temporary_password_days=31),
        "identity.temporary_password_days",
        "31",
        "must be 1 to 30 days",
        "choose a value",
    ),
    # the environment
    "unknown region": Case(only(region="mars-1"), "region", "'mars-1'", "eu-west-2", "choose one of these"),
    "account id": Case(only(account_id="42"), "account_id", "'42'", "twelve digits", "leading zeros"),
    "unknown release": Case(
        only(provider_release="4.0.0"), "provider_release", "'4.0.0'", "or 6.25.0 or newer", "the registry has"
    ),
    "release of another major": Case(
        only(provider_release="7.0.0"), "provider_release", "'7.0.0'", "newer of the same major", "the registry has"
    ),
    "release that is none": Case(
        only(provider_release="6.x"), "provider_release", "'6.x'", "newer of the same major", "the registry has"
    ),
    "no domain": Case(only(domain=None), "domain", "None", "needs a domain", "give a Domain"),
    "left out of AWS": Case(
        only(leaves_out=("aws_sqs_queue",)), "leaves_out", "('aws_sqs_queue',)", "AWS can make every", "leave it out"
    ),
    "left out by a name of nothing": Case(
        only(leaves_out=("queue",)), "leaves_out[0]", "'queue'", "a type of the AWS provider", "like aws_sqs_queue"
    ),
    # addresses
    "domain with a scheme": Case(
        area("domain", name="https://app.ffp.example"), "domain.name", "'https://app", "domain name", "without https://"
    ),
    "domain of one word": Case(area("domain", name="ffp"), "domain.name", "'ffp'", "domain name", "app.example.org"),
    "certificate elsewhere": Case(
        area("domain", certificate_arn=str(PROD.domain and PROD.domain.certificate_arn).replace("us-east", "eu-west")),
        "domain.certificate_arn",
        "eu-west-1",
        "us-east-1",
        "issue it in that region",
    ),
    "certificate and zone": Case(
        area("domain", hosted_zone_id="Z0123456789ABC"),
        "domain.certificate_arn",
        "arn:aws:acm",
        "a certificate or a hosted zone",
        "exactly one",
    ),
    "neither certificate nor zone": Case(
        only(domain=Domain(name="app.ffp.example")), "domain.certificate_arn", "None", "hosted zone", "exactly one"
    ),
    "malformed zone": Case(
        only(domain=Domain(name="app.ffp.example", hosted_zone_id="zone")),
        "domain.hosted_zone_id",
        "'zone'",
        "hosted zone's id",
        "Z0123",
    ),
    "e-mail of alarms": Case(
        area("monitoring", email="platform"), "monitoring.email", "'platform'", "e-mail address", "team@example.org"
    ),
    "e-mail of the budget": Case(
        area("budget", email="a@b@c.example"), "budget.email", "'a@b@c.example'", "e-mail", "team@example.org"
    ),
    "one playback key": Case(
        area("distribution", playback_keys=(PEM,)),
        "distribution.playback_keys",
        "",
        "must be two, or none",
        "give both",
    ),
    "malformed key": Case(
        area("distribution", playback_keys=("ssh-rsa AAAA", PEM)),
        "distribution.playback_keys[0]",
        "'ssh-rsa AAAA'",
        "public key in PEM form",
        "ffp keys new",
    ),
    "the same key twice": Case(
        area("distribution", playback_keys=(PEM, PEM)),
        "distribution.playback_keys",
        "two alike",
        "must differ",
        "second key pair",
    ),
    "the same key in another text": Case(
        area("distribution", playback_keys=(PEM, PEM.rstrip())),
        "distribution.playback_keys",
        "two alike",
        "must differ",
        "second key pair",
    ),
    "call-back by http": Case(
        area("identity", callback_urls=("http://app.ffp.example/signed-in",)),
        "identity.callback_urls[0]",
        "'http://app",
        "exact https address",
        "only for localhost",
    ),
    "call-back with a wildcard": Case(
        area("identity", logout_urls=("https://*.ffp.example",)),
        "identity.logout_urls[0]",
        "'https://*",
        "exact https address",
        "whole address",
    ),
    "origin with a path": Case(
        area("api", more_cors_origins=("https://a.example/b",)),
        "api.more_cors_origins[0]",
        "'https://a.example/b'",
        "exact https origin",
        "without a path",
    ),
    "repository": Case(
        only(state=StateSettings(repository="ffp")), "state.repository", "'ffp'", "owner/name", "ffp/infrastructure"
    ),
    "id of no repository": Case(
        only(state=StateSettings(repository_ids=RepositoryIds(owner=11, repository=0))),
        "state.repository_ids.repository",
        "0",
        "positive whole number",
        "gh api repos/OWNER/NAME",
    ),
    "id of no owner": Case(
        only(state=StateSettings(repository_ids=RepositoryIds(owner=-1, repository=22))),
        "state.repository_ids.owner",
        "-1",
        "positive whole number",
        "gh api repos/OWNER/NAME",
    ),
    "id of a wrong kind": Case(
        only(state=StateSettings(repository_ids=RepositoryIds(owner="11", repository=22))),  # type: ignore[arg-type] # the case
        "state.repository_ids.owner",
        "'11'",
        "valid integer",
        "give a value of that type",
    ),
    "name of a repository where its ids belong": Case(
        only(state=StateSettings(repository_ids="ffp/infrastructure")),  # type: ignore[arg-type] # the case
        "state.repository_ids",
        "'ffp/infrastructure'",
        "must be RepositoryIds",
        "give one of that type",
    ),
    "ids of the sample": Case(
        only(state=StateSettings(repository="ffp/infrastructure")),
        "state.repository_ids",
        "1234567",
        "the ids of ffp/infrastructure, not the sample's",
        "gh api repos/OWNER/NAME",
    ),
    # the network
    "network too small": Case(
        area("network", cidr="10.30.0.0/28"), "network.cidr", "'10.30.0.0/28'", "/16 to /24", "sixteen subnets"
    ),
    "network too large": Case(area("network", cidr="10.0.0.0/8"), "network.cidr", "10.0.0.0/8", "/16", "that size"),
    "host bits": Case(
        area("network", cidr="10.30.0.1/16"), "network.cidr", "'10.30.0.1/16'", "CIDR notation", "host bits zero"
    ),
    "public network": Case(
        area("network", cidr="8.8.0.0/16"), "network.cidr", "'8.8.0.0/16'", "private network", "10.0.0.0/8"
    ),
    "network of the loopback": Case(
        area("network", cidr="127.0.0.0/16"), "network.cidr", "'127.0.0.0/16'", "RFC 1918", "192.168.0.0/16"
    ),
    "zone outside the region": Case(
        area("network", zones=("a", "d")), "network.zones", "'d'", "eu-west-2 has the zones a, b, c", "among these"
    ),
    "one zone": Case(area("network", zones=("a",)), "network.zones", "('a',)", "2 to 4 zones", "subnet group"),
    "a zone twice": Case(area("network", zones=("a", "a")), "network.zones", "'a'", "list each zone once", "remove"),
    "more endpoint zones than zones": Case(
        area("network", endpoint_zones=3), "network.endpoint_zones", "3", "at most the 2 zones", "add a zone"
    ),
    "no way out": Case(
        area("network", egress="none"),
        "network.endpoints",
        "()",
        "leaves group profile without a path to secretsmanager",
        'add "secretsmanager" or choose another egress',
    ),
    "no way to the topic": Case(
        area("network", egress="none", endpoints=("secretsmanager",)),
        "network.endpoints",
        "('secretsmanager',)",
        "leaves group reminders without a path to sns",
        'add "sns"',
    ),
    "an endpoint for nobody": Case(
        area("network", endpoints=("cognito-idp",)), "network.endpoints", "'cognito-idp'", "no group", "remove it"
    ),
    "endpoint by its own name": Case(
        area("network", endpoints=("kinesis-streams",)),
        "network.endpoints",
        "'kinesis-streams'",
        "the service's prefix in IAM",
        "write kinesis",
    ),
    "unknown egress": Case(area("network", egress="vpn"), "network.egress", "'vpn'", "'nat_gateway'", "choose one"),
    "NAT on another architecture": Case(
        area("network", nat_instance_type="t3.nano"), "network.nat_instance_type", "'t3.nano'", "arm64", "t4g.nano"
    ),
    "NAT on nothing": Case(
        area("network", nat_instance_type="magic.nano"), "network.nat_instance_type", "'magic.nano'", "arm64", "t4g"
    ),
    "LITE with the token trigger": Case(
        area("identity", tier="LITE"), "identity.tier", "'LITE'", "ESSENTIALS tier upwards", "choose ESSENTIALS"
    ),
    "a word of Cognito's": Case(
        area("identity", domain_prefix="ffp-cognito"),
        "identity.domain_prefix",
        "'ffp-cognito'",
        "must not contain cognito",
        "choose another: Cognito reserves that word",
    ),
    "malformed scope": Case(
        tenancy(scopes=(*TENANCY.scopes, Scope(name="Notes", description="All notes"))),
        "application.tenancy.scopes[Notes].name",
        "'Notes'",
        "area.verb in lower-case letters",
        "things.write",
    ),
    "a scope twice": Case(
        tenancy(scopes=(*TENANCY.scopes, TENANCY.scopes[0])),
        "application.tenancy.scopes",
        repr(TENANCY.scopes[0].name),
        "is listed twice",
        "remove one",
    ),
}
