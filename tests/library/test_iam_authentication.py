"""Where IAM vouches for the application's user, the database knows no password of anybody's but the master's."""

import contextlib

import pytest
from pg8000.exceptions import DatabaseError

from library.functions.database import prepare_database as preparation
from modules.database.instance import APPLICATION_USER
from tests.library.postgres import FakeSecret, Instance
from tests.library.sample.tables import MIGRATIONS


def _prepare_by_iam(instance: Instance) -> preparation.Prepared:
    with pytest.MonkeyPatch.context() as patch, contextlib.closing(instance.as_master()) as master:
        patch.setenv("DATABASE_AUTHENTICATION", "iam")
        patch.setenv("DATABASE_NAME", "ffp")
        return preparation.prepare(master, MIGRATIONS)


def test_with_iam_authentication_one_user_logs_in_by_rds_iam_and_no_secret_is_made(instance: Instance) -> None:
    assert _prepare_by_iam(instance).first is None
    logins = "select rolname from pg_roles where rolcanlogin and pg_has_role(oid, 'app', 'usage') and not rolsuper"
    assert instance.ask(logins) == [["app_iam"]]
    assert instance.ask("select pg_has_role('app_iam', 'rds_iam', 'usage')") == [[True]]


def test_after_a_switch_to_iam_no_password_works_until_the_switch_back(instance: Instance) -> None:
    secret = FakeSecret()
    instance.prepare(secret)
    with contextlib.closing(secret.connect(instance.server)) as user:
        user.run("alter role app_a set work_mem = '8MB'")  # which is no finding: it ends there
    _prepare_by_iam(instance)
    assert instance.ask("select rolname from pg_authid where rolname ~ '^app' and rolpassword is not null") == []
    with pytest.raises(DatabaseError):
        secret.connect(instance.server)
    instance.prepare(secret)
    secret.connect(instance.server).close()


def test_the_user_of_iam_mode_is_the_one_that_functions_connect_as() -> None:
    assert preparation.IAM_USER == APPLICATION_USER
