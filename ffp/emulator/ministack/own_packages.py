"""Gives a function in Python what the lock in its package pins, before what this environment has."""

from ministack.core import lambda_runtime

_BEFORE = "    sys.path.insert(0, code_dir)\n"
# `ffp/emulator/function_packages.py` has installed them under the hash of the lock.
_OWN = """
    _lock = os.path.join(code_dir, "requirements.txt")
    if os.path.exists(_lock):
        import hashlib
        with open(_lock, "rb") as _file:
            _digest = hashlib.sha256(_file.read()).hexdigest()
        sys.path.insert(0, os.path.join(sys.prefix, "of-functions", _digest))
"""


def complete() -> None:
    """Completes what each function's process runs first. Fails if MiniStack's own has changed."""
    script = lambda_runtime._PYTHON_WORKER_SCRIPT
    if script.count(_BEFORE) != 1:
        raise NotImplementedError("MiniStack starts functions in another way: look where its code folder is found")
    lambda_runtime._PYTHON_WORKER_SCRIPT = script.replace(_BEFORE, _OWN + _BEFORE)
