"""The two ways in which a call fails."""


class RefusalError(Exception):
    """The caller's fault: answered with `status` and `message`, which therefore hold nothing personal."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class FailedCallError(Exception):
    """Our fault, in our own words or by the kind of error alone: a driver's message can quote patient data."""
