"""The CDKTF app: synthesises the environments' stacks and checks them before they replace an earlier run's output."""

import gc
import os
import sys

from ffp import app_options, providers, verify
from ffp.project import BadInputError
from ffp.publish import publish
from settings import environments
from settings.base import InvalidSettings


def main() -> int:
    """Synthesises the requested stacks, all of them or none.

    Returns the exit code: 0, or 2 for bad input, whose problems are then all listed on standard error.
    """
    try:
        options = app_options.parse()
        settings = environments.load(options.release)
        if options.renamed:
            settings = {name: environments.renamed(each) for name, each in settings.items()}
        from modules.stacks import (  # takes seconds to import, so bad input is reported first
            replace_with_hcl,
            synthesise,
        )

        with publish(options.out, keep_other_stacks=bool(options.stacks)) as folder:
            constructs = synthesise(settings, options.stacks or environments.stacks(), folder)
            verify.require(
                folder,
                disposable={each.name for each in settings.values() if each.disposable},
                accounts={each.name: each.limits for each in settings.values()},
            )
            providers.place_locks(folder)
            if options.hcl:
                replace_with_hcl(constructs, folder)
    except (BadInputError, InvalidSettings) as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    # What a synthesis makes lives until its end: looking for what nobody uses took a tenth of the time, for nothing.
    if os.environ.get("FFP_PLAIN_BINDINGS") != "1":
        gc.disable()
    sys.exit(main())
