"""Limits of the way out of the VPC."""

from collections.abc import Iterator

from ffp.cost.book import HOURS, Book
from ffp.cost.limits import quotas
from ffp.cost.limits.limit import Limit, Step
from ffp.cost.limits.words import GBIT_A_GB, figure
from ffp.cost.month import SECONDS, Month, number
from ffp.cost.rules.network import egress_gb, instance_type
from ffp.cost.view import View


def network(view: View, month: Month, book: Book) -> Iterator[Limit]:
    gbps = egress_gb(view, month) * GBIT_A_GB / SECONDS * number(month.usage.peak_factor)
    arithmetic = (
        f"{figure(egress_gb(view, month))} GB x 8 bit / {SECONDS:,.0f} s x {month.usage.peak_factor:g} at the peak"
    )
    gateway = quotas.GATEWAY_GBPS
    for instance in view.of_type("aws_instance"):
        own = instance_type(instance, view)
        if own not in quotas.INSTANCE_GBPS:
            continue
        here = book.price(f"ec2.hour.{own}", instance.address).first * HOURS
        larger = list(quotas.INSTANCE_GBPS)[list(quotas.INSTANCE_GBPS).index(own) + 1 :]
        steps = [
            Step(name, quotas.INSTANCE_GBPS[name].value, book.price(f"ec2.hour.{name}", name).first * HOURS - here)
            for name in larger
        ]
        nat = book.price("nat.hour", "NAT gateway").first * HOURS
        steps.append(Step('egress = "nat_gateway"', gateway.value, nat - here))
        yield Limit(
            "bandwidth of the NAT instance",
            "Gbit/s",
            gbps,
            quotas.INSTANCE_GBPS[own].value,
            arithmetic,
            "network.nat_instance_type, then network.egress",
            quotas.INSTANCE_GBPS[own].source,
            tuple(steps),
            is_hard=True,
        )
    if gateways := view.of_type("aws_nat_gateway"):
        yield Limit(
            "bandwidth of the NAT gateways",
            "Gbit/s",
            gbps,
            gateway.value * len(gateways),
            arithmetic,
            "network.egress",
            gateway.source,
            is_hard=True,
        )
