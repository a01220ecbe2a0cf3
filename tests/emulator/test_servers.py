"""The two servers of an emulator: found ports, loopback, TLS, and nothing left behind."""

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests

from ffp.emulator import data, processes, servers
from ffp.emulator.account import Account
from ffp.emulator.home import Home, is_set_up
from ffp.emulator.launch import Launch
from tests.launches import launch_in, stop_orphans
from tests.support import require


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
    require(is_set_up() or None, "the emulator's environment")
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
    """As a deploy's only one, over HTTP/2; see emulator/hypercorn.toml."""
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
    answer = account.client(account.root, "lambda").invoke(FunctionName=account.name("health"), Qualifier="live")
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


def test_what_a_killed_test_run_left_is_stopped_and_a_living_ones_stays(tmp_path: Path) -> None:
    require(is_set_up() or None, "the emulator's environment")
    ended = subprocess.Popen(["true"])
    ended.wait()
    at_work = []
    for run, lock in (("pytest-1", f"{ended.pid}"), ("pytest-2", ""), ("pytest-3", f"{os.getpid()}")):
        home = launch_in(tmp_path / run / "emulator0").home
        home.folder.mkdir(parents=True)
        (tmp_path / run / ".lock").write_text(lock)
        at_work.append(subprocess.Popen([processes.PYTHON, "-c", "import time; time.sleep(60)", home.certificate]))
    *killed, living = at_work
    try:
        stop_orphans(tmp_path)
        assert None not in [each.poll() for each in killed]
        assert living.poll() is None
    finally:
        for process in at_work:
            process.kill()
            process.wait()


def test_who_merely_reads_the_folder_is_no_server_of_it(pair: tuple[Launch, Launch]) -> None:
    home = pair[0].home
    with subprocess.Popen(["tail", "-f", str(home.logs / "cloud.txt")], stdout=subprocess.DEVNULL) as reader:
        try:
            assert reader.pid not in {process.pid for process in processes.servers(home)}
        finally:
            reader.kill()
