"""Uploads that nobody told of: those that arrived play after the next run, and those that never did are removed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from ffp_lambda.errors import FailedCallError

from application.functions.media import arrivals
from tests.application.functions.arriving import IMAGE, FakeBucket, arrival, is_playable, sign
from tests.library.fakes import CONTEXT, OTHER_TENANT, TENANT


def make_older(as_owner: Callable[..., Any], asset: str, age: timedelta, tenant: str = TENANT) -> None:
    as_owner(
        "update media set created_at = now() - cast(:age as interval) where asset_id = :asset",
        tenant,
        age=age,
        asset=asset,
    )


def exists(as_owner: Callable[..., Any], asset: str, tenant: str = TENANT) -> bool:
    return bool(as_owner("select 1 from media where asset_id = :asset", tenant, asset=asset))


DAY, HOUR = timedelta(days=1, minutes=1), timedelta(hours=1)


@pytest.mark.parametrize("tenant", [TENANT, OTHER_TENANT])
def test_an_upload_that_never_arrived_is_removed_after_a_day(
    bucket: FakeBucket, as_owner: Callable[..., Any], tenant: str
) -> None:
    asset, _ = sign(tenant)
    make_older(as_owner, asset, HOUR, tenant)
    arrivals.clean({}, CONTEXT)
    assert exists(as_owner, asset, tenant)
    make_older(as_owner, asset, DAY, tenant)
    arrivals.clean({}, CONTEXT)
    assert not exists(as_owner, asset, tenant)


@pytest.mark.parametrize("age", [HOUR, DAY])
def test_an_upload_whose_event_was_lost_plays_after_the_next_run(
    bucket: FakeBucket, as_owner: Callable[..., Any], age: timedelta
) -> None:
    asset, key = sign()
    bucket.objects[key] = IMAGE
    make_older(as_owner, asset, age)
    arrivals.clean({}, CONTEXT)
    assert is_playable(asset)


def test_an_upload_that_has_arrived_is_never_removed(bucket: FakeBucket, as_owner: Callable[..., Any]) -> None:
    asset, key = sign()
    bucket.objects[key] = IMAGE
    arrivals.receive(arrival(key), CONTEXT)
    make_older(as_owner, asset, timedelta(days=400))
    arrivals.clean({}, CONTEXT)
    assert is_playable(asset)


def test_an_upload_whose_event_may_still_come_is_left_to_it(bucket: FakeBucket) -> None:
    asset, key = sign()
    bucket.objects[key] = IMAGE
    arrivals.clean({}, CONTEXT)
    assert not is_playable(asset)


def test_one_upload_that_cannot_be_settled_does_not_stop_the_others(
    bucket: FakeBucket, as_owner: Callable[..., Any]
) -> None:
    first, second = sign(), sign()
    for age, (asset, key) in ((timedelta(hours=3), first), (timedelta(hours=2), second)):
        bucket.objects[key] = IMAGE
        make_older(as_owner, asset, age)

    def fail_once() -> None:
        bucket.before_look = lambda: None
        raise OSError

    bucket.before_look = fail_once
    with pytest.raises(FailedCallError, match="1 of "):
        arrivals.clean({}, CONTEXT)
    assert sorted(is_playable(asset) for asset, _ in (first, second)) == [False, True]
