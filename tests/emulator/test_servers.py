"""The two servers of an emulator: found ports, loopback, TLS, and nothing left behind."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests
from typer.testing import CliRunner

from ffp.cli import app
from ffp.emulator import data, processes, servers
from ffp.emulator.account import Account
from ffp.emulator.home import Home
from ffp.emulator.launch import Launch
from ffp.project import ROOT
from tests.emulator import chosen
from tests.emulator.small_platform import wait_for
from tests.launches import launch_in, require_emulator


def _listening(home: Home) -> list[str]:
    return [
        connection.laddr.ip
        for process in processes.servers(home)
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Launch, Launch]]:
    """Two emulators side by side."""
    require_emulator()
    pair = launch_in(tmp_path_factory.mktemp("one")), launch_in(tmp_path_factory.mktemp("two"))
    try:
        for launch in pair:
            launch.start()
        yield pair
    finally:
        for launch in pair:
            launch.stop()


def test_two_emulators_run_beside_each_other(pair: tuple[Launch, Launch]) -> None:
    ports = [port for launch in pair for port in (launch.home.ports.cloud, launch.home.ports.database)]
    assert len(set(ports)) == 4
    assert all(launch.running for launch in pair)
    first, second = ({process.pid for process in processes.servers(launch.home)} for launch in pair)
    assert first
    assert second
    assert not first & second


def test_both_servers_listen_on_loopback_alone(pair: tuple[Launch, Launch]) -> None:
    assert _listening(pair[0].home) == [servers.LOOPBACK] * 2


def test_no_answer_is_lost_on_a_connection_of_many_calls(pair: tuple[Launch, Launch]) -> None:
    """As a deploy's only one, over HTTP/2; see ffp/emulator/ministack/hypercorn.toml."""
    home, calls = pair[0].home, 1100
    program = Path(__file__).with_name("many_calls.py")  # of the emulator's environment, which alone has HTTP/2
    command: list[str | Path] = [
        processes.PYTHON,
        program,
        str(home.ports.cloud),
        home.certificate_authority,
        str(calls),
    ]
    assert subprocess.run(command, capture_output=True, text=True, check=False).stdout == f"{calls}\n"


def test_nothing_of_a_deployed_platform_listens_elsewhere(account: Account) -> None:
    answer = account.client(account.root, "lambda").invoke(FunctionName=account.name(chosen.FUNCTION), Qualifier="live")
    assert answer["StatusCode"] == 200
    assert len(processes.servers(account.home)) > 2  # the function's worker too
    assert set(_listening(account.home)) == {servers.LOOPBACK}


def test_the_emulator_speaks_tls_alone(pair: tuple[Launch, Launch]) -> None:
    port = pair[0].home.ports.cloud
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"https://localhost:{port}/_ministack/health", timeout=5)  # our authority is trusted by us alone
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get(f"http://localhost:{port}/_ministack/health", timeout=5)


def test_the_database_takes_tls_1_3_and_a_password(pair: tuple[Launch, Launch]) -> None:
    account = pair[0].platform.account
    password = (pair[0].home.database / "password").read_text(encoding="ascii")
    session = data.connect(account, servers.DATABASE_ADMINISTRATOR, password, "postgres")
    assert session.run("select version from pg_stat_ssl where pid = pg_backend_pid()") == [["TLSv1.3"]]
    session.close()
    with pytest.raises(Exception, match="password authentication failed"):
        data.connect(account, servers.DATABASE_ADMINISTRATOR, "guessed", "postgres")


def test_iam_refuses_whoever_is_unknown(pair: tuple[Launch, Launch]) -> None:
    account = pair[0].platform.account
    stranger = account.client(account.session("AKIASTRANGER", "-"), "s3")
    with pytest.raises(stranger.exceptions.ClientError, match="InvalidAccessKeyId"):
        stranger.list_buckets()


def test_stopping_one_leaves_the_other_and_nothing_of_itself(tmp_path: Path, pair: tuple[Launch, Launch]) -> None:
    launch = launch_in(tmp_path)
    launch.start()
    home, ports = launch.home, launch.home.ports
    assert launch.running
    at_work = processes.servers(home)
    launch.stop()
    assert not psutil.wait_procs(at_work, timeout=10)[1]
    assert processes.servers(home) == []
    assert not home.folder.exists()
    assert not home.database.exists()
    for port in (ports.cloud, ports.database):
        with socket.socket() as probe:
            assert probe.connect_ex((servers.LOOPBACK, port)) != 0
    assert all(other.running for other in pair)


# What a run starts, by what it is for.
_STARTS = {
    "the platform": "from tests.launches import launch_in as start; start(folder).start()",
    "the tests of the database": (
        "from ffp.emulator.home import Home; from tests.library.postgres import Server; "
        "started = Server.started(Home(folder / 'home')); started.__enter__()"
    ),
}


@contextlib.contextmanager
def _run(folder: Path, starts: str, then: str = "time.sleep(60)") -> Iterator[subprocess.Popen[str]]:
    """A run that has started its servers; they are stopped in the end, whoever should have."""
    require_emulator()
    program = (
        f"import pathlib, time; folder = pathlib.Path({str(folder)!r}); {starts}; print('ready', flush=True); {then}"
    )
    environment_variables = os.environ | {"PYTHONPATH": str(ROOT / "library/python")}
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, env=environment_variables, stdout=subprocess.PIPE, text=True
    ) as run:
        try:
            assert run.stdout is not None
            assert run.stdout.readline() == "ready\n"
            yield run
        finally:
            run.kill()
            processes.stop(processes.servers(Home(folder / "home")))


def _wait_until_gone(at_work: list[psutil.Process]) -> None:
    assert at_work
    assert not psutil.wait_procs(at_work, timeout=30)[1]


@pytest.mark.parametrize("starts", _STARTS)
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_servers_end_with_the_run_that_started_them(tmp_path: Path, starts: str, end: signal.Signals) -> None:
    home = Home(tmp_path / "home")
    with _run(tmp_path, _STARTS[starts]) as run:
        at_work = processes.servers(home)
        run.send_signal(end)
        run.wait()
        _wait_until_gone(at_work)
        wait_for(lambda: not home.database.exists())


def test_the_end_of_a_run_leaves_the_servers_of_the_next_one(tmp_path: Path) -> None:
    """Which has taken the folder over before the guard of the first one looks."""
    with _run(tmp_path, _STARTS["the platform"]) as first:
        watching = psutil.Process(first.pid).children()
        (its_guard,) = [each for each in watching if "ffp.emulator.guard" in each.cmdline()]
        launch = launch_in(tmp_path)
        its_guard.suspend()
        try:
            first.kill()
            first.wait()
            launch.stop()
            launch.start()
            at_work = processes.servers(launch.home)
            its_guard.resume()
            its_guard.wait(30)
            assert processes.servers(launch.home) == at_work
            assert launch.home.database.exists()
        finally:
            with contextlib.suppress(psutil.NoSuchProcess):
                its_guard.resume()
            launch.stop()


def test_servers_that_nobody_owns_are_listed_with_what_ends_them(
    tmp_path: Path, pair: tuple[Launch, Launch], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    release = "from ffp.emulator import guard; from ffp.emulator.home import Home; guard.release(Home(folder / 'home'))"
    with _run(tmp_path, _STARTS["the platform"], release) as run:
        run.wait()
        listed = {each.pid for each in processes.unowned()}
        ours = {process.pid for process in (processes.cloud(home), processes.database(home)) if process}
        assert len(ours) == 2
        assert ours <= listed
        watched = {process.pid for launch in pair for process in processes.servers(launch.home)}
        assert not watched & listed

        monkeypatch.setenv("COLUMNS", "200")
        shown = CliRunner().invoke(app, ["doctor"]).output
        assert all(f"kill {pid}" in shown for pid in ours)

        # As a run leaves them that came to its end.
        home.coming_up.unlink()
        home.users.touch()
        assert not ours & {each.pid for each in processes.unowned()}


def test_who_merely_reads_the_folder_is_no_server_of_it(pair: tuple[Launch, Launch]) -> None:
    home = pair[0].home
    with subprocess.Popen(["tail", "-f", str(home.logs / "cloud.txt")], stdout=subprocess.DEVNULL) as reader:
        try:
            assert reader.pid not in {process.pid for process in processes.servers(home)}
        finally:
            reader.kill()
