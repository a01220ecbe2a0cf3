"""The environments that there are, for commands that name one."""

from ffp.project import BadInputError
from settings import Environment, environments


def settings_with(environment: str) -> dict[str, Environment]:
    """The settings of all environments. Raises BadInputError, with their names, if this one is not among them."""
    settings = environments.load()
    if environment not in settings:
        raise BadInputError(f"environment: {environment} is unknown; choose one of {', '.join(settings)}")
    return settings
