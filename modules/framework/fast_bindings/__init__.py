"""Everything here that is not plain CDKTF: it makes the same stacks in a third of the time.

The bindings of AWS's provider describe 2,200 kinds of resource, of which a hundred are used, and each construct in
Python is an object in another process, jsii's kernel. There are five savings, none of which changes a byte of the
stacks: `substitute` imports only what is used into Python, `archive` gives the kernel only that, `runtime.js` runs the
kernel in one process instead of two, `calls` does not ask the kernel what is known, and `encoding` writes shorter
messages. `FFP_PLAIN_BINDINGS=1` turns off all but the first.
"""

import importlib
import os
from typing import Any

from modules.framework.fast_bindings import calls, encoding, kernel, substitute

OFF = os.environ.get("FFP_PLAIN_BINDINGS") == "1"
_loaded = kernel.Loaded()
_calls: calls.Calls | None = None

substitute.install()
if not OFF:
    encoding.install()
    kernel.install(_loaded)
    _calls = calls.install(_loaded.elements)


def path_of(construct: Any) -> str:
    """The path of a construct in its tree: what `node.path` is."""
    return str(construct.node.path) if _calls is None else _calls.path_of(construct)


def binding(name: str) -> Any:
    """A name of the bindings, whose submodule is imported now; without a small archive, all of them are.

    Raises AttributeError for a name that none of the submodules in use has.
    """
    importlib.import_module(f"{substitute.BINDINGS}._jsii")  # loads the archive, which knows
    home = _loaded.homes.get(name)
    module = f"{substitute.BINDINGS}.{home}" if home else "modules.framework.aws"
    if home is None and (_loaded.homes or name.startswith("_")):
        raise AttributeError(
            f"modules.framework has no {name}; a new submodule is one line in modules/framework/aws.py"
        )
    return getattr(importlib.import_module(module), name)


def state() -> str:
    """Which archive of the bindings this process has loaded, in words, and if not the small one, why."""
    return "the whole archive, since FFP_PLAIN_BINDINGS is 1" if OFF else _loaded.in_words
