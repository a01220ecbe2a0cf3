"""Puts changes of functions' files onto the local platform within seconds, and follows what the functions log."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from watchfiles import watch

from ffp.develop import packages
from ffp.develop.log_lines import Logs, of_functions
from ffp.develop.told import Note, Refused, Replaced, Told
from ffp.emulator.account import Account
from ffp.emulator.code import Code
from ffp.files import one_run
from ffp.project import ROOT, ToolError
from settings import FunctionSettings, sources

# What synthesis reads besides the functions' files: only a deployment makes anything of it.
_SETTINGS = ("application", "catalogue", "environments", "main.py", "modules", "settings")
_NEVER = frozenset(("__pycache__", "node_modules"))  # what no package is made of
_TICK_MS = 500  # between two looks at the logs


@dataclass
class Session:
    """One run of `ffp dev`, which tells what happens."""

    account: Account
    functions: Mapping[str, FunctionSettings]  # whose code is in this repository
    once: frozenset[str]  # those that only a deploy runs
    logs: Logs
    tell: Callable[[Told], object]
    code: Code
    _deployed: dict[str, str] = field(default_factory=dict, init=False)  # hashes, by function
    _refused: set[str] = field(default_factory=set, init=False)  # reasons that were told and still hold
    _noted: set[str] = field(default_factory=set, init=False)  # what was told and need not be told again
    _open: bool = field(default=True, init=False)  # whether something may have changed since the last good look
    _deploying: bool = field(default=True, init=False)  # whether what is deployed must be looked at anew
    _other_settings: bool = field(default=False, init=False)

    @property
    def folders(self) -> list[Path]:
        """What is watched: the functions' folders, and what else synthesis reads."""
        code = {ROOT / folder for each in self.functions.values() for folder in packages.folders(each)}
        wanted = sorted({*code, *(ROOT / name for name in _SETTINGS if (ROOT / name).exists())})
        return [each for each in wanted if not any(other in each.parents for other in wanted)]

    def run(self, changes: Iterable[set[Path]]) -> None:
        """Looks at each set of changed files, which is empty where there was only a pause.

        Raises ToolError when the platform has ended, or was deployed with other settings.
        """
        self._note(f"watching the files of {len(self.functions)} functions; Ctrl-C ends")
        self.look(())
        for changed in changes:
            self.look(changed)

    def look(self, changed: Iterable[Path]) -> None:
        """Replaces what has changed, unless the platform is being deployed, and tells what was logged."""
        started = time.monotonic()
        for file in changed:
            self._open = True
            self._note_settings(file)
        if self._is_free() and self._open:
            self._open = self._replace(started)
        for line in self.logs.new():
            self.tell(line)

    def _is_free(self) -> bool:
        """Whether nobody else deploys to the platform. Raises ToolError if it has ended, or is another one now."""
        home = self.account.home
        if home.coming_up.exists():
            if not self._deploying:
                self.tell(Note("`make local` is at work; changes wait until it has ended"))
            self._deploying = self._open = True
            return False
        if not home.is_up:
            raise ToolError("emulator: it has ended; start it with `make local`, and then `ffp dev` again")
        if self._deploying:
            if self._other_settings:
                raise ToolError("emulator: it was deployed with other settings; start `ffp dev` again")
            names = {self.account.name(name): name for name in self.functions}
            self._deployed = {names[name]: found for name, found in self.code.deployed(names).items()}
            for name in sorted(self.functions.keys() - self._deployed.keys()):
                self._note(f"{name} is not deployed yet; run `make local`")
            self._deploying = False
        return True

    def _replace(self, started: float) -> bool:
        """Replaces what can be, and returns whether to look again although no file changes."""
        sources.look_again()
        try:
            found = packages.mistakes(self.functions)
            wrong = {name for mistake in found for name in mistake.functions}
            made = {name: packages.package(self.functions[name]) for name in self._deployed if name not in wrong}
        except OSError:  # an editor was just replacing a file
            return True
        changed = {name for name, each in made.items() if each.sha256_base64 != self._deployed[name]}
        found += packages.uninstalled({name: self.functions[name] for name in sorted(changed)}, self._note)
        held_up = {name for mistake in found for name in mistake.functions}
        for name in sorted(changed & self.once - held_up):
            self._note(f"{name} has other code now, and runs once with each deploy: `make local` runs it")
        refused = [Refused(mistake.text, mistake.functions) for mistake in found]
        names = {self.account.name(name): name for name in sorted(changed - self.once - held_up)}
        failures = self.code.replace({whole: made[name].archive for whole, name in names.items()}) if names else {}
        refused += [Refused(f"{whole}: {failure}", (names[whole],)) for whole, failure in failures.items()]
        replaced = [name for whole, name in names.items() if whole not in failures]
        self._deployed |= {name: made[name].sha256_base64 for name in replaced}
        if replaced:
            self.tell(Replaced(tuple(replaced), time.monotonic() - started))
        self._tell_refused(refused, changed)
        return bool(found)  # `git add` mends a mistake and changes no file

    def _tell_refused(self, refused: Iterable[Refused], changed: set[str]) -> None:
        reasons = {each.reason: each for each in refused}
        for reason in reasons.keys() - self._refused:
            self.tell(reasons[reason])
        if self._refused and not reasons and not changed:
            self.tell(Note("nothing is wrong any more, and the platform runs the code of the files"))
        self._refused = set(reasons)

    def _note(self, text: str) -> None:
        if text not in self._noted:
            self._noted.add(text)
            self.tell(Note(text))

    def _note_settings(self, file: Path) -> None:
        inside = {ROOT / folder for each in self.functions.values() for folder in packages.folders(each)}
        if not inside.isdisjoint(file.parents) or not any(file.is_relative_to(ROOT / name) for name in _SETTINGS):
            return
        self._other_settings = True
        self._note(f"{file.relative_to(ROOT).as_posix()} has changed: `make local` deploys settings and resources")


def session_of(account: Account, tell: Callable[[Told], object], since: datetime) -> Session:
    """A session on a running platform, which tells what its functions log from this moment on."""
    settings = account.settings
    functions = packages.with_code(settings.deployed.functions)
    preparation = settings.application.preparation_group
    logs = of_functions(settings, account.client(account.root, "logs"), functions, since)
    once = frozenset(each.name for each in preparation.functions) if preparation else frozenset[str]()
    return Session(account, functions, once, logs, tell, Code(account))


def only_one(account: Account) -> AbstractContextManager[None]:
    """Raises BadInputError if another run puts changes onto this platform already."""
    folder = account.home.folder
    return one_run(folder.with_name(f".{folder.name}-dev.lock"), "dev")


def changes(folders: Iterable[Path]) -> Iterator[set[Path]]:
    """The files that change below these folders, as far as synthesis reads them, and an empty set after each pause."""
    noticed = watch(
        *folders,
        watch_filter=lambda _, path: (
            (Path(path).suffix in sources.ENDINGS or Path(path).name == sources.REQUIREMENTS)
            and "__pycache__" not in path
        ),
        rust_timeout=_TICK_MS,
        yield_on_timeout=True,
    )
    for each in noticed:
        yield {Path(path) for _, path in each}
