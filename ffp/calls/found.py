"""What reading a function's code finds: calls of AWS's SDKs, and of what else the settings must give."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Call:
    """One call: the client's service and the operation, each as the SDK writes it, and where the code makes it."""

    service: str
    operation: str
    file: Path
    line: int
    by_resource: bool = False  # of boto3's resources, whose methods have names of their own


OUTSIDE = "outside AWS"
"""The service of a call that is no call of AWS. Its operation is what the code calls, such as `requests.post`."""
VARIABLE = "environment"
"""The service of a read of an environment variable, which fails where nothing gives it. Its operation is the name."""
