"""Bad input in bindings, and in the groups that settings name."""

from environments.application import DATABASE_SECRET
from environments.settings import (
    ConnectToDatabase,
    GeneratedKey,
    PrepareDatabase,
    PublishTo,
    ReadBucket,
    ReadSecret,
    RotateDatabaseUsers,
    RotateKey,
    SignPlayback,
)
from tests.environments.case import Case
from tests.environments.changed import PROD, area, group, secret, without_group, without_secret

GROUP = "application.groups[{}]"
(ROTATION,) = (each for each in PROD.application.groups if each.name == "rotation")
WITH_KEY = secret(name="webhook-key", renewal=GeneratedKey(days=30))
# The database's users need no secret any more; a key still rotates.
BY_IAM = without_secret(
    DATABASE_SECRET,
    area("database", WITH_KEY, authentication="iam", instance_class="db.t4g.small"),
    database_user=None,
)

CASES = {
    "repeated binding": Case(
        group("profile", bindings=(ConnectToDatabase(), ConnectToDatabase())),
        f"{GROUP.format('profile')}.bindings",
        "ConnectToDatabase()",
        "stands twice",
        "remove one",
    ),
    "unknown binding": Case(
        group("health", bindings=("media",)),
        f"{GROUP.format('health')}.bindings[0]",
        "'media'",
        "must be ConnectToDatabase or",
        "give one of that kind",
    ),
    "unknown bucket": Case(
        group("health", bindings=(ReadBucket("meda"),)),
        f"{GROUP.format('health')}.bindings",
        "ReadBucket('meda'",
        "known are media",
        "bind to one of these",
    ),
    "unknown topic": Case(
        group("health", bindings=(PublishTo("remainders"),)),
        f"{GROUP.format('health')}.bindings",
        "PublishTo('remainders'",
        "known are reminders",
        "add what is missing",
    ),
    "unknown secret": Case(
        group("health", bindings=(ReadSecret("nothing"),)),
        f"{GROUP.format('health')}.bindings",
        "ReadSecret('nothing')",
        "playback-signing-key",
        "bind to one",
    ),
    "bound token trigger": Case(
        group("token", bindings=(SignPlayback("playback-signing-key"),)),
        f"{GROUP.format('token')}.bindings",
        "SignPlayback('playback-signing-key')",
        "bound to nothing",
        "reads the event alone",
    ),
    "database prepared by another group": Case(
        group("profile", bindings=(ConnectToDatabase(), PrepareDatabase())),
        f"{GROUP.format('profile')}.bindings",
        "ConnectToDatabase(), PrepareDatabase()",
        "group database-preparation alone prepares",
        "take PrepareDatabase away",
    ),
    "database that nobody prepares": Case(
        group("database-preparation", bindings=()),
        f"{GROUP.format('database-preparation')}.bindings",
        "None",
        "alone prepares the database",
        "bind it with PrepareDatabase",
    ),
    "no preparation group": Case(
        without_group("database-preparation"),
        "database.preparation_group",
        "'database-preparation'",
        "the groups are admin",
        "name one of these",
    ),
    "rotation by another group": Case(
        group("profile", bindings=(ConnectToDatabase(), RotateDatabaseUsers("database-application-user"))),
        f"{GROUP.format('profile')}.bindings",
        "RotateDatabaseUsers('database-application-user')",
        "group rotation alone rotates",
        "take the binding away",
    ),
    "rotation of a key by another group": Case(
        group("health", WITH_KEY, bindings=(RotateKey("webhook-key"),)),
        f"{GROUP.format('health')}.bindings",
        "RotateKey('webhook-key')",
        "group rotation alone rotates",
        "take the binding away",
    ),
    "database users that nobody rotates": Case(
        group("rotation", bindings=()),
        "secrets.secrets[database-application-user].renewal",
        "DatabaseUsers(days=30)",
        "not bound to rotate it",
        "bind the group with RotateDatabaseUsers",
    ),
    "database users rotated beside IAM": Case(
        group("rotation", BY_IAM, bindings=(*ROTATION.bindings, RotateKey("webhook-key"))),
        f"{GROUP.format('rotation')}.bindings",
        "RotateDatabaseUsers('database-application-user')",
        "with IAM authentication no password exists",
        "take the binding away",
    ),
    "database users without their secret": Case(
        without_secret(DATABASE_SECRET),
        "secrets.database_user",
        "'database-application-user'",
        "authentication by secret needs one of playback-signing-key",
        "name the secret",
    ),
    "rotation where no group rotates": Case(
        area("secrets", BY_IAM, rotation_group=None),
        f"{GROUP.format('rotation')}.bindings",
        "RotateDatabaseUsers('database-application-user')",
        "no group rotates",
        "take the binding away",
    ),
    "a key that nobody rotates": Case(
        WITH_KEY,
        "secrets.secrets[webhook-key].renewal",
        "GeneratedKey(days=30",
        "not bound to rotate it",
        "bind the group with RotateKey",
    ),
    "database users rotated like a key": Case(
        group("rotation", bindings=(*ROTATION.bindings, RotateKey("database-application-user"))),
        f"{GROUP.format('rotation')}.bindings",
        "RotateKey('database-application-user')",
        "renewed by DatabaseUsers",
        "change the secret's renewal, or the binding",
    ),
    "rotation of what people renew": Case(
        group("rotation", bindings=(*ROTATION.bindings, RotateKey("playback-signing-key"))),
        f"{GROUP.format('rotation')}.bindings",
        "RotateKey('playback-signing-key')",
        "renewed by RenewedByPeople",
        "change the secret's renewal, or the binding",
    ),
    "rotation of an unknown secret": Case(
        group("rotation", bindings=(*ROTATION.bindings, RotateKey("nothing"))),
        f"{GROUP.format('rotation')}.bindings",
        "RotateKey('nothing')",
        "playback-signing-key",
        "bind to one",
    ),
    "a generated key that signs playback": Case(
        group("media-playback", WITH_KEY, bindings=(SignPlayback("webhook-key"),)),
        f"{GROUP.format('media-playback')}.bindings",
        "SignPlayback('webhook-key')",
        "renewed by GeneratedKey, and this needs RenewedByPeople",
        "change the secret's renewal, or the binding",
    ),
    "a rotation group without work": Case(
        without_secret(DATABASE_SECRET, database_user=None),
        "secrets.rotation_group",
        "'rotation'",
        "no secret rotates",
        "set it to None",
    ),
    "no rotation group": Case(
        without_group("rotation"), "secrets.rotation_group", "'rotation'", "the groups are admin", "name one of these"
    ),
    "unknown token group": Case(
        area("identity", token_group="tokn"), "identity.token_group", "'tokn'", "the groups are", "name one of these"
    ),
    "two functions rotate": Case(
        group("rotation", functions=(*ROTATION.functions, *PROD.application.groups[0].functions)),
        "secrets.rotation_group",
        "'rotation'",
        "has 2 functions, and one is called",
        "leave one",
    ),
}
