"""The two ways in which a call fails: by the caller's fault, or by ours."""


class RefusalError(Exception):
    """The caller's fault: `endpoint` answers with the HTTP `status` (400 to 499) and `{"message": …}`.

    A session that it leaves is rolled back. The message is ours, holds nothing personal, and says what is wrong.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class FailedCallError(Exception):
    """Our fault, in our own words or only by the kind of error: a driver's message can quote patient data.

    It ends the invocation, so that Lambda counts an error; its message is logged if `log.told` lets it through.
    """
