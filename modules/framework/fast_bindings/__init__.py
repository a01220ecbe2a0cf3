"""Everything here that is not plain CDKTF: it makes the same stacks in a third of the time.

The bindings of AWS's provider describe 2,200 kinds of resource, of which a hundred are used, and each construct in
Python is an object in another process, jsii's kernel. So there are four savings, none of which changes a byte of the
stacks: `substitute` imports only what is used into Python, `archive` gives the kernel only that, `runtime.js` runs the
kernel in one process instead of two, and `calls` does not ask the kernel what is known. `FFP_PLAIN_BINDINGS=1` turns
off all but the first.
"""

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


def state() -> str:
    """Which archive of the bindings this process has loaded, in words, and if not the small one, why."""
    return "the whole archive, since FFP_PLAIN_BINDINGS is 1" if OFF else _loaded.in_words
