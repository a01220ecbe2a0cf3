"""What a change opens at the front door: routes, behaviours, rules of web ACLs, scopes that clients may ask for."""

from collections.abc import Iterator
from dataclasses import replace

from ffp.review.concern import Concern, Grade, Topic
from ffp.review.facts.fact import ENDLESS
from ffp.review.facts.sign_in import CLIENTS
from ffp.review.facts.values import names
from ffp.review.front_door.behaviours import Behaviours
from ffp.review.front_door.guards import rules
from ffp.review.front_door.paths import paths
from ffp.review.front_door.route import NOBODY_ASKED, Route, fit
from ffp.review.front_door.routes import HTTP_API, Routes
from ffp.review.side import Side

_SAFE = frozenset({"HEAD", "OPTIONS"})
_TOKENS = ("JWT", "COGNITO_USER_POOLS")


def concerns(before: Side, after: Side) -> Iterator[Concern]:
    """Everything that somebody must look at because of who can call what."""
    old, new = Routes(before), Routes(after)
    yield from routes(old, new)
    yield from _methods(before, after, old, new)
    yield from paths(Behaviours(before), Behaviours(after))
    yield from rules(before, after)
    yield from _scopes(before, after)


def routes(old: Routes, new: Routes) -> Iterator[Concern]:
    """What a change opens of the routes: of each request that some route of either side answers."""
    for api, current in new.by_api.items():
        for key in dict.fromkeys([*current, *old.by_api.get(api, ())]):
            now, was = new.answering(api, key), old.answering(api, key)
            if now is None:
                continue
            if was is None:
                yield from _opened(now, old, new)
            else:
                yield from _compared(key, was, now, old, new)
    existing = {each.address: each for each in old.all()}
    for now in new.all():
        was = existing.get(now.address)
        if was and was.key != now.key and fit(now.key, was.key) is not None and fit(was.key, now.key) is None:
            why = "Requests that nothing answered now reach its function."
            yield _concern(now, f"The route {now.key} answers more than before", was.key, now.key, why)
    yield from _without_scopes(old, new)


def _without_scopes(old: Routes, new: Routes) -> Iterator[Concern]:
    """Routes that demand scopes which no resource server offers any more."""
    lost = _offered(old.side) - _offered(new.side)
    for route in new.all():
        if route.scopes and route.scopes <= lost:
            title = f"No token can have a scope that the route {route.key} demands"
            yield _concern(route, title, why="Every caller is refused.", topic=Topic.AVAILABILITY)


def _concern(
    route: Route, title: str, before: str = "", after: str = "", why: str = "", topic: Topic = Topic.EXPOSURE
) -> Concern:
    return Concern(Grade.RED, topic, route.address, title, before, after, why)


def _opened(now: Route, old: Routes, new: Routes) -> Iterator[Concern]:
    """What is wrong with a route that answers what nothing answered before."""
    if now.is_public:
        why = "Everybody on the internet can call it; the function must refuse what it should not do."
        # In an environment that begins, everything is new: it is looked at, and nothing was closed before.
        grade = Grade.RED if old.side.stack.resources else Grade.AMBER
        title = f"The new route {now.key} has no authoriser"
        yield replace(_concern(now, title, "no such route", now.authorisation, why), grade=grade)
    elif now.kind in _TOKENS and not now.scopes and _uses_scopes(now, old, new):
        why = "Every token of the user pool is accepted, whatever its scopes, and ID tokens as well."
        yield _concern(now, f"The new route {now.key} demands no scope", "no such route", now.authorisation, why)


def _uses_scopes(route: Route, old: Routes, new: Routes) -> bool:
    """Whether other routes of the API demand scopes."""
    known = [*old.by_api.get(route.api, {}).values(), *new.by_api.get(route.api, {}).values()]
    return any(each.scopes for each in known if each.key != route.key)


def _compared(key: str, was: Route, now: Route, old: Routes, new: Routes) -> Iterator[Concern]:
    of = f"the route {key}" if now.key == key else f"requests for {key}, which the route {now.key} now answers,"
    words = (was.authorisation, now.authorisation)
    if _is_weaker(was, now):
        why = "Everybody on the internet can call it." if now.is_public else "Who gets in is decided differently."
        yield _concern(now, f"The authorisation of {of} changes", *words, why)
    elif now.kind in _TOKENS and was.kind in _TOKENS:
        if was.scopes and (not now.scopes or now.scopes - was.scopes):
            why = "Tokens that were refused are accepted: users without the old scope get in."
            yield _concern(now, f"The scopes of {of} let more tokens in", *words, why)
        if _accepts_more(was, now):
            why = "Tokens of another issuer, or for other clients, are accepted."
            title = f"Another authoriser decides about {of}"
            yield _concern(now, title, was.authoriser, now.authoriser, why)
    elif now.kind == was.kind == "CUSTOM" and was.authoriser != now.authoriser:
        title = f"Another authoriser decides about {of}"
        yield _concern(now, title, was.authoriser, now.authoriser, "Who gets in is decided differently.")
    elif (
        now.authoriser != was.authoriser and not now.address.endswith(now.authoriser) and now.kind == "see the document"
    ):
        yield _concern(now, f"The document with {of} changes, and cannot be read", why="It decides who can call what.")
    if was.needs_key and not now.needs_key:
        yield _concern(now, f"The API key of {of} is no longer demanded", why="Callers have no quota of their own.")
    if key == now.key == was.key:
        yield from _target(was, now, old, new)
        yield from _throttles(was, now)


def _is_weaker(was: Route, now: Route) -> bool:
    """Whether others than before get in: anybody, or whoever another way of signing in admits."""
    if now.is_preflight:
        return False
    if now.is_public and not was.is_public:
        return True
    return was.kind not in (NOBODY_ASKED, now.kind)


def _accepts_more(was: Route, now: Route) -> bool:
    if was.authoriser == now.authoriser:
        return False
    if was.accepts is None or now.accepts is None:
        return True
    (old_issuer, old), (new_issuer, new) = was.accepts, now.accepts
    return old_issuer != new_issuer or not new or not new <= old


def _target(was: Route, now: Route, old: Routes, new: Routes) -> Iterator[Concern]:
    """What runs for a route: another function that existed before, or something outside of the stack."""
    before, after = was.target, now.target
    if before.function != after.function:
        existed = after.function in {old.side.address(block) for block in old.side.stack.resources}
        is_created = not existed and after.function in {block.address for block in new.side.stack.resources}
        if not is_created:
            why = "Its callers now run other code, with other rights."
            title = f"Something else answers the route {now.key}"
            yield _concern(now, title, before.function, after.function, why)
    if before.kind != after.kind or before.rest != after.rest:
        old_words, new_words = (" ".join(filter(None, (each.kind, each.rest))) for each in (before, after))
        title = f"The integration of the route {now.key} changes"
        yield _concern(now, title, old_words, new_words, "Requests, with their tokens, take another way.")
    if after.credentials and before.credentials != after.credentials:
        title = f"The API acts by another role at the route {now.key}"
        yield _concern(now, title, before.credentials or "none", after.credentials, "Callers act with its rights.")
    if before.payload != after.payload:
        title = f"The form of the events of the route {now.key} changes"
        why = "A function that expects the old form fails, or does not find who calls."
        yield _concern(now, title, before.payload, after.payload, why, Topic.AVAILABILITY)


def _throttles(was: Route, now: Route) -> Iterator[Concern]:
    for stage in was.throttles.keys() & now.throttles.keys():
        old, new = was.throttles[stage], now.throttles[stage]
        if not (old.is_own or new.is_own):
            continue  # the stage's default is judged once, not for each route
        if new.rate > old.rate or new.burst > old.burst:
            why = "A few callers can use up the functions' concurrency, and cost without limit."
            yield _concern(now, f"The throttle of the route {now.key} lets more through", old.words, new.words, why)
        if old.metrics and not new.metrics:
            why = "Alarms on them receive no data."
            yield _concern(now, f"The metrics of the route {now.key} are off", why=why, topic=Topic.WATCHING)
    for stage, new in now.throttles.items():
        old = was.throttles.get(stage, new)
        if old != new and 0 in (new.rate, new.burst) and 0 not in (old.rate, old.burst) and new.rate != ENDLESS:
            title = f"The throttle of the route {now.key} lets nothing through"
            yield _concern(now, title, old.words, new.words, "Every caller is refused.", Topic.AVAILABILITY)


def _methods(before: Side, after: Side, old: Routes, new: Routes) -> Iterator[Concern]:
    """Methods that other sites may use with an API, unless the change makes the first route with such a method."""
    existing = {before.address(block): block for block in before.of_type(HTTP_API)}
    for block in after.of_type(HTTP_API):
        address = after.address(block)
        if address not in existing:
            continue
        was, now = (
            {each.upper() for each in names(side.get(one, "cors_configuration.allow_methods"))}
            for side, one in ((before, existing[address]), (after, block))
        )
        made = {
            key.partition(" ")[0] for key in new.by_api.get(address, {}).keys() - old.by_api.get(address, {}).keys()
        }
        added = now - was - _SAFE - (made - {"ANY", "$default"})
        if added and "*" not in was:
            yield Concern(
                Grade.RED,
                Topic.EXPOSURE,
                address,
                f"Methods that other sites may use with {address}",
                ", ".join(sorted(was)),
                ", ".join(sorted(now)),
                "Scripts of these sites can do more with a user's browser.",
            )


def _scopes(before: Side, after: Side) -> Iterator[Concern]:
    """Scopes that a client may ask for, but for those that the change invents."""
    known = _offered(before)
    existing = {before.address(block): block for block in before.of_type(*CLIENTS)}
    for block in after.of_type(*CLIENTS):
        address = after.address(block)
        if address not in existing:
            continue
        was, now = (
            set(names(side.get(one, "allowed_oauth_scopes")))
            for side, one in ((before, existing[address]), (after, block))
        )
        invented = _offered(after) - known
        if added := now - was - invented:
            yield Concern(
                Grade.RED,
                Topic.ACCESS,
                address,
                f"{address} may ask for more scopes",
                ", ".join(sorted(was)) or "none",
                ", ".join(sorted(now)),
                f"Its users' tokens open more routes: {', '.join(sorted(added))}.",
            )


def _offered(side: Side) -> set[str]:
    """The scopes that resource servers define."""
    found: set[str] = set()
    for block in side.of_type("aws_cognito_resource_server"):
        identifier = side.get(block, "identifier")
        scopes = side.get(block, "scope")
        for each in scopes if isinstance(scopes, list) else [scopes]:
            if isinstance(each, dict):
                found.add(f"{identifier}/{each.get('scope_name')}")
    return found
