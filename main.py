"""The CDKTF app: every environment's stacks, checked before they take the place of an earlier run's."""

import sys

from ffp import app_options, providers, verify
from ffp.project import BadInputError
from ffp.publish import publish
from settings import environments
from settings.base import InvalidSettings


def main() -> int:
    """Synthesises the stacks asked for, all or nothing; exit code 2 names every problem of the input."""
    try:
        options = app_options.parse()
        settings = environments.load(options.release)
        from modules.stacks import synthesise  # loads for seconds: bad input is told before

        with publish(options.out, keep_other_stacks=bool(options.stacks)) as folder:
            synthesise(settings, options.stacks or environments.stacks(), folder)
            verify.require(folder, disposable={name for name, each in settings.items() if each.disposable})
            providers.place_locks(folder)
    except (BadInputError, InvalidSettings) as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
