"""The two kinds of failure: the caller's mistake, and an error of the application."""


class RefusalError(Exception):
    """The caller's mistake: `endpoint` responds with the HTTP `status` (400 to 499) and `{"message": …}`.

    It rolls back the session in which it is raised. The message explains the mistake and holds no personal data.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class FailedCallError(Exception):
    """An error of the application. Its message is a fixed text or an error's type: a driver's message can quote data.

    It ends the invocation, so that Lambda counts an error. `log.describe_error` decides whether the message is logged.
    """
