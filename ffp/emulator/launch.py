"""Starts and stops the local platform.

Each step detects what an interrupted run left behind and continues from there.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from ffp.emulator import code, data, function_packages, guard, processes, servers, signing
from ffp.emulator.home import Home
from ffp.emulator.platform import Platform, forget
from ffp.emulator.smoke import kit
from ffp.files import one_run
from ffp.project import BadInputError


@dataclass(frozen=True)
class Launch:
    """Starts and stops one local platform."""

    platform: Platform

    @property
    def home(self) -> Home:
        return self.platform.account.home

    @property
    def running(self) -> bool:
        """Whether both servers are running."""
        return processes.cloud(self.home) is not None and processes.database(self.home) is not None

    def running_platform(self) -> Platform:
        """The platform. Raises BadInputError if its servers are not running, or while it is being deployed."""
        if not self.running:
            raise BadInputError("emulator: not running; start it with `make local`")
        if self.home.coming_up.exists():
            raise BadInputError("emulator: not deployed yet; wait for `make local` to end, or run it again")
        return self.platform

    def up(self, *, stays: bool = False) -> None:
        """Starts the servers if necessary, and deploys the stacks as the sources define them.

        Servers that this run starts end with this process, unless the deployment succeeds and `stays` is set.
        """
        servers.require_environment()
        # These two fail early, before anything starts:
        kit.load(self.platform.account.settings.application)
        _ = self.platform.program
        with _exclusive(self.home):
            # After an interrupted run, resources may be missing in the state, so it cannot be continued.
            if not self.running or self.home.coming_up.exists():
                _stop_and_delete(self.home, self.platform.folders)
                self.start()
            self.home.coming_up.touch()
            try:
                account = self.platform.account
                pair = signing.prepare(account)
                self.platform.synthesise()
                for name in function_packages.images(account.settings.deployed.functions):
                    self.platform.report(f"{name} runs an image, which this platform cannot: each call of it will fail")
                for lock in function_packages.locks(account.settings.deployed.functions):
                    function_packages.install(lock, self.platform.report)
                self.platform.point_at_emulator()
                self.platform.bootstrap()
                self.platform.lift_dead_lock()
                self.platform.deploy()
                code.settle(self.platform)
                if pair:
                    signing.keys(account).store(pair)
                data.prepare(account, self.platform.outputs())
            except (Exception, SystemExit):
                self.home.coming_up.unlink(missing_ok=True)
                raise
            # Not after Ctrl-C: the provider aborts its calls, and the state lacks the resources that they created.
            self.home.coming_up.unlink(missing_ok=True)
            if stays:
                guard.release(self.home)

    def start(self) -> None:
        """Starts both servers without data and on free ports. They end with this process."""
        report = self.platform.report
        report("starting the emulator and PostgreSQL")
        self.home.renew(servers.find_ports())
        self.home.coming_up.touch()  # a run that is killed before the servers answer cannot be continued
        guard.watch(self.home, self.platform.folders)
        servers.make_certificates(self.home)
        servers.start_database(self.home)
        servers.start_cloud(self.home, self.platform.account.settings.region)

    def down(self) -> None:
        """Destroys the platform if it is running, then stops all servers and deletes their files.

        Raises ToolError with what Terraform could not destroy. It is gone nevertheless, because the emulator keeps
        everything in memory.
        """
        with _exclusive(self.home):
            try:
                processes.stop(processes.deployments(self.platform.folders))
                if self.running and self.platform.has_state:
                    self.platform.lift_dead_lock()
                    self.platform.destroy()
            finally:
                _stop_and_delete(self.home, self.platform.folders)

    def stop(self) -> None:
        """Stops the servers and deletes their files without destroying the platform first."""
        stop(self.home, self.platform.folders)


def stop(home: Home, stack_folders: Sequence[Path]) -> None:
    """Stops the servers of this home and deletes their files. Needs no settings."""
    with _exclusive(home):
        _stop_and_delete(home, stack_folders)


def _stop_and_delete(home: Home, stack_folders: Sequence[Path]) -> None:
    """Stops the servers and deletes their files, which are useless without the emulator's memory."""
    processes.stop(processes.deployments(stack_folders))
    processes.stop(processes.servers(home))
    guard.release(home)
    forget(stack_folders)
    home.remove()


def _exclusive(home: Home) -> AbstractContextManager[None]:
    return one_run(home.folder.with_name(f".{home.folder.name}.lock"), "emulator")
