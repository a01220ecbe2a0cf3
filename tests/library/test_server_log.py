"""What the database's server writes about a row that it refuses."""

import contextlib

import pytest
from pg8000.exceptions import DatabaseError

from tests.library.postgres import DATABASE, Instance


@pytest.mark.parametrize(("verbosity", "is_quoted"), [("default", True), ("terse", False)])
def test_a_terse_log_does_not_quote_the_row_that_a_constraint_refuses(
    instance: Instance, verbosity: str, is_quoted: bool
) -> None:
    begin = len(instance.server.log())
    with contextlib.closing(instance.server.as_superuser(DATABASE)) as session:
        session.run("set log_parameter_max_length = 0")  # as in production
        session.run(f"set log_error_verbosity = '{verbosity}'")
        session.run("create temporary table refusing (body text check (length(body) < 10))")
        with pytest.raises(DatabaseError):
            session.run("insert into refusing values (:body)", body="Nora Quill, sciatica")
    written = instance.server.log()[begin:]
    assert 'violates check constraint "refusing_body_check"' in written
    assert ("Nora Quill" in written) == is_quoted
