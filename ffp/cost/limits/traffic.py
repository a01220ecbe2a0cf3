"""Limits of requests, executions, sign-ins and deliveries."""

from collections.abc import Iterator

from ffp.cost.limits import quotas
from ffp.cost.limits.limit import WITHOUT_END, Limit, Step
from ffp.cost.limits.words import GBIT_A_GB, SETTINGS, peak
from ffp.cost.month import DAYS, SECONDS, Month, number
from ffp.cost.view import View, blocks_in
from settings import AccountLimits


def api(view: View, month: Month) -> Iterator[Limit]:
    per_second = month.peak_requests_per_second
    quota = quotas.API_REQUESTS_PER_SECOND
    for stage in view.of_type("aws_apigatewayv2_stage"):
        for default in blocks_in(stage.attributes.get("default_route_settings")):
            if rate := default.get("throttling_rate_limit"):
                step = Step(f"{quota.value:,.0f}, the account's quota", quota.value)
                yield Limit(
                    "throttle of the API",
                    "requests a second",
                    per_second,
                    number(rate),
                    peak(month),
                    "api.requests_per_second",
                    SETTINGS,
                    (step,),
                )
    if view.of_type("aws_apigatewayv2_api"):
        yield Limit(
            "API Gateway, account",
            "requests a second",
            per_second,
            quota.value,
            peak(month),
            "a request to AWS",
            quota.source,
        )


def functions(view: View, month: Month, account: AccountLimits) -> Iterator[Limit]:
    running = month.peak_requests_per_second * month.request_seconds
    arithmetic = f"{peak(month)} x {month.request_seconds:g} s"
    if view.shares:
        yield Limit(
            "Lambda, account",
            "executions at once",
            running,
            number(account.concurrent_executions),
            arithmetic,
            "limits.concurrent_executions, after a request to AWS",
            "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
        )
    reserved = [
        (each, number(limit))
        for each in view.functions
        if (limit := each.attributes.get("reserved_concurrent_executions"))
    ]
    called = [(each, limit) for each, limit in reserved if view.shares.get(each.address)]
    if called:
        tightest, limit = min(called, key=lambda each: each[1] / view.shares[each[0].address])
        part = view.shares[tightest.address]
        yield Limit(
            f"reservation of {tightest.attributes.get('function_name')}",
            "executions at once",
            running * part,
            limit,
            f"{arithmetic} x {part:.1%} of the requests",
            "functions.reserved_concurrency",
            SETTINGS,
            (Step(f"{account.concurrent_executions:,}, the account's", number(account.concurrent_executions)),),
        )


def identity(view: View, month: Month) -> Iterator[Limit]:
    for pool in view.of_type("aws_cognito_user_pool"):
        per_second = month.sign_ins / SECONDS * number(month.usage.peak_factor)
        quota = quotas.SIGN_INS_PER_SECOND
        yield Limit(
            "sign-ins of the user pool",
            "tokens a second",
            per_second,
            quota.value,
            f"{month.sign_ins:,.0f} tokens / {SECONDS:,.0f} s x {month.usage.peak_factor:g} at the peak",
            "a request to AWS, which may sell more",
            quota.source,
        )
        mail = blocks_in(pool.attributes.get("email_configuration"))
        if not any(each.get("email_sending_account") == "DEVELOPER" for each in mail):
            yield Limit(
                "mails of the user pool",
                "mails a day",
                month.mails / DAYS,
                quotas.POOL_MAILS_A_DAY.value,
                f"{month.mails:,.0f} invitations and resets / {DAYS:.1f} days",
                "identity.mail",
                quotas.POOL_MAILS_A_DAY.source,
                (Step("SES, whose quota grows with its use", WITHOUT_END),),
            )


def distribution(view: View, month: Month) -> Iterator[Limit]:
    if not view.of_type("aws_cloudfront_distribution"):
        return
    factor = number(month.usage.peak_factor)
    requests = month.deliveries + (month.requests if view.forwards_to_api else 0)
    yield Limit(
        "requests to CloudFront",
        "requests a second",
        requests / SECONDS * factor,
        quotas.CDN_REQUESTS_PER_SECOND.value,
        f"{requests:,.0f} requests / {SECONDS:,.0f} s x {factor:g} at the peak",
        "a request to AWS",
        quotas.CDN_REQUESTS_PER_SECOND.source,
    )
    yield Limit(
        "transfer of CloudFront",
        "Gbit/s",
        month.delivered_gb * GBIT_A_GB / SECONDS * factor,
        quotas.CDN_GBPS.value,
        f"{month.delivered_gb:,.0f} GB x 8 bit / {SECONDS:,.0f} s x {factor:g} at the peak",
        "a request to AWS",
        quotas.CDN_GBPS.source,
    )
