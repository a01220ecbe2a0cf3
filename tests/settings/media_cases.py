"""Bad input in the kinds of media."""

from dataclasses import replace
from typing import Any

from settings import Environment, Lifetime
from tests.settings.case import Case
from tests.settings.changed import PROD, area

VIDEO, IMAGE = PROD.application.media


def _image(**changes: Any) -> Environment:
    return area("application", media=(VIDEO, replace(IMAGE, **changes)))


FIELD = "application.media[image]"

CASES = {
    "no kind of media": Case(
        area("application", media=()), "application.media", "()", "the bucket media holds media", "add a kind"
    ),
    "a kind twice": Case(_image(name="video"), "application.media", "'video'", "is listed twice", "remove one"),
    "a kind that is no name": Case(
        _image(name="Image"), "application.media[Image].name", "'Image'", "lower-case words", "write it like"
    ),
    "a type that is none": Case(
        _image(content_type="jpeg"), f"{FIELD}.content_type", "'jpeg'", "audio, image or video", "like video/mp4"
    ),
    "a type that is a page": Case(
        _image(content_type="text/html"), f"{FIELD}.content_type", "'text/html'", "run no scripts", "like video/mp4"
    ),
    "a picture with scripts": Case(
        _image(content_type="image/svg+xml"), f"{FIELD}.content_type", "'image/svg+xml'", "run no scripts", "an SVG"
    ),
    "a file in a folder": Case(
        _image(file="../video.mp4"), f"{FIELD}.file", "'../video.mp4'", "a file's name", "without a folder"
    ),
    "a file without an ending": Case(
        _image(file="image"), f"{FIELD}.file", "'image'", "with its ending", "like video.mp4"
    ),
    "an upload of nothing": Case(
        _image(maximum_bytes=0), f"{FIELD}.maximum_bytes", "0", "must be 1 to 5368709120 bytes", "choose"
    ),
    "an upload that S3 would not take": Case(
        _image(maximum_bytes=5 * 1024**3 + 1), f"{FIELD}.maximum_bytes", "5368709121", "1 to 5368709120", "choose"
    ),
    "an address for ever": Case(
        _image(lifetime=Lifetime(at_most_minutes=241)),
        f"{FIELD}.lifetime.at_most_minutes",
        "241",
        "must be 1 to 240 minutes",
        "choose a value",
    ),
    "an address for nobody": Case(
        _image(lifetime=Lifetime(at_most_minutes=0)),
        f"{FIELD}.lifetime.at_most_minutes",
        "0",
        "must be 1 to 240 minutes",
        "choose a value",
    ),
    "a film of no length": Case(
        _image(lifetime=Lifetime(at_most_minutes=60, beyond_length_minutes=60)),
        f"{FIELD}.lifetime.beyond_length_minutes",
        "60",
        "must be below at_most_minutes, 60",
        "raise at_most_minutes",
    ),
}
