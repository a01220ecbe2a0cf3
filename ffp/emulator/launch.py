"""Up and down: each finds out from what runs and what lies there what an earlier one left."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from ffp.emulator import data, guard, processes, servers, signing
from ffp.emulator.home import Home
from ffp.emulator.platform import Platform, forget
from ffp.emulator.smoke import kit
from ffp.files import one_run
from ffp.project import BadInputError


@dataclass(frozen=True)
class Launch:
    """One local platform, its servers and its folder."""

    platform: Platform

    @property
    def home(self) -> Home:
        return self.platform.account.home

    @property
    def running(self) -> bool:
        """Whether both servers of this home run."""
        return processes.cloud(self.home) is not None and processes.database(self.home) is not None

    def running_platform(self) -> Platform:
        """The platform; BadInputError where nothing runs that it could be on, or while it comes up."""
        if not self.running:
            raise BadInputError("emulator: not running; start it with `make local`")
        if self.home.coming_up.exists():
            raise BadInputError("emulator: still coming up; wait for `make local` to end, or start it again")
        return self.platform

    def up(self, *, stays: bool = False) -> None:
        """Brings the platform up to what the sources say; what is there already is left alone.

        Servers that this run starts end with this process, unless the platform came up and `stays`.
        """
        servers.require_environment()
        # Before anything starts:
        kit.load(self.platform.account.settings.application)
        _ = self.platform.program
        with _turn(self.home):
            # What a run made that was killed or interrupted may be in no state: there is no telling what to go on with.
            if not self.running or self.home.coming_up.exists():
                _clear(self.home, self.platform.folders)
                self.start()
            self.home.coming_up.touch()
            try:
                account = self.platform.account
                pair = signing.prepare(account)
                self.platform.synthesise()
                self.platform.point_at_emulator()
                self.platform.bootstrap()
                self.platform.lift_dead_lock()
                self.platform.deploy()
                if pair:
                    signing.keys(account).store(pair)
                data.prepare(account, self.platform.outputs())
            except (Exception, SystemExit):
                self.home.coming_up.unlink(missing_ok=True)
                raise
            # Not after Ctrl-C: the provider drops the calls that it is at, and what they made is in no state.
            self.home.coming_up.unlink(missing_ok=True)
            if stays:
                guard.release(self.home)

    def start(self) -> None:
        """Starts both servers, empty, on ports that are free; they end with this process."""
        report = self.platform.report
        report("starting the emulator and PostgreSQL")
        self.home.renew(servers.find_ports())
        self.home.coming_up.touch()  # who is killed before the servers answer leaves nothing to go on with
        guard.watch(self.home, self.platform.folders)
        servers.make_certificates(self.home)
        servers.start_database(self.home)
        servers.start_cloud(self.home, self.platform.account.settings.region)

    def down(self) -> None:
        """Destroys the platform where that is possible, and ends with nothing running and nothing left.

        Raises ToolError with what could not be destroyed; it is gone all the same, with the emulator's memory.
        """
        with _turn(self.home):
            try:
                processes.stop(processes.deployments(self.platform.folders))
                if self.running and self.platform.has_state:
                    self.platform.lift_dead_lock()
                    self.platform.destroy()
            finally:
                _clear(self.home, self.platform.folders)

    def stop(self) -> None:
        """Stops everything and removes what it wrote, without destroying the platform first."""
        stop(self.home, self.platform.folders)


def stop(home: Home, stack_folders: Sequence[Path]) -> None:
    """Stops the servers of this home and removes what they wrote; needs no settings."""
    with _turn(home):
        _clear(home, stack_folders)


def _clear(home: Home, stack_folders: Sequence[Path]) -> None:
    """The emulator keeps everything in memory: without it, what it left behind is of no use."""
    processes.stop(processes.deployments(stack_folders))
    processes.stop(processes.servers(home))
    guard.release(home)
    forget(stack_folders)
    home.remove()


def _turn(home: Home) -> AbstractContextManager[None]:
    return one_run(home.folder.with_name(f".{home.folder.name}.lock"), "emulator")
