"""Takes what three partners send, each in its form, and answers with what their signatures vouch for."""

import base64

from ffp_lambda.http import Response, response
from ffp_lambda.webhook import GITHUB, STANDARD, STRIPE, Delivery, receiver


@receiver("receive-standard", signed_with="standard", form=STANDARD)
def standard(delivery: Delivery) -> Response:
    return _told(delivery)


@receiver("receive-stripe", signed_with="stripe", form=STRIPE)
def stripe(delivery: Delivery) -> Response:
    return _told(delivery)


@receiver("receive-github", signed_with="github", form=GITHUB)
def github(delivery: Delivery) -> Response:
    return _told(delivery)


def _told(delivery: Delivery) -> Response:
    content = base64.b64encode(delivery.content).decode()
    return response(202, {"id": delivery.id, "secret": delivery.secret, "content": content})
