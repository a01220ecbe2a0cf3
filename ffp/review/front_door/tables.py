"""The section of a review about the front door: who can call what, what is public, and the rules that protect it."""

from collections.abc import Iterable, Mapping

from ffp.review.concern import Concern, Grade
from ffp.review.facts import api, cdn, doors, federation, identity, people, rest_api, sign_in, web_acls
from ffp.review.facts.fact import Fact
from ffp.review.facts.rules import ACLS, rules_of, words
from ffp.review.front_door.behaviours import DEFAULT, Behaviour, Behaviours
from ffp.review.front_door.guards import rules
from ffp.review.front_door.judge import routes as judged_routes
from ffp.review.front_door.paths import paths
from ffp.review.front_door.public import Public, public
from ffp.review.front_door.route import Route
from ffp.review.front_door.routes import Routes
from ffp.review.report import Mark, Row, Section, Table
from ffp.review.shown import counted
from ffp.review.side import Side

_ORDER = (Mark.ADDED, Mark.CHANGED, Mark.REMOVED, Mark.SAME)
_ROOMS = (api, rest_api, doors, cdn, identity, people, sign_in, federation, web_acls)
# What the table of rules names although it did not change, by the end of the question.
_STANDING = (
    "access_log_settings.destination_arn",
    "allow_admin_create_user_only",
    "allow_origins",
    "audience",
    "authorization_type",
    "access_token",
    "callback_urls",
    "classes",
    "cors origins",
    "default",
    "deletion_protection",
    "issuer",
    "keys",
    "logs",
    "machine",
    "mfa_configuration",
    "minimum_length",
    "refresh_token",
    "throttling_rate_limit",
    "tls",
    "web acl",
    "write_attributes",
    "content_security_policy content_security_policy",
    "strict_transport_security access_control_max_age_sec",
)


def section(before: Side, after: Side) -> Section:
    """Everything about the front door, what changed first."""
    old_routes, new_routes = Routes(before), Routes(after)
    old_public, new_public = public(before), public(after)
    tables = (
        Table(
            "Routes",
            ("Route", "Lets in", "Before", "Throttle", "Throttle before", "Runs"),
            _routes(old_routes, new_routes),
            ("Route", "Runs"),
        ),
        Table(
            "What is public",
            ("What", "Way"),
            _public(old_public, new_public),
            note="What anybody on the internet can call or read. What a network lets in is listed with the network.",
            if_empty="Nothing can be called or read without credentials.",
        ),
        Table(
            "Paths of distributions",
            ("Path", "Lets in", "From", "Encryption", "Methods", "Kept", "Before"),
            _paths(Behaviours(before), Behaviours(after)),
            ("Path", "From", "Methods"),
        ),
        Table("Rules of web ACLs", ("Rule", "What it does", "Before"), _guards(before, after), ("Rule",)),
        Table(
            "Sign-in, TLS, origins and logs",
            ("Where", "What", "Now", "Before"),
            _facts(before, after),
            ("Where",),
            "Of the unchanged, only the most important are listed.",
        ),
    )
    return Section("front-door", "Front door", _summary(tables, old_public, new_public), tables)


def _summary(tables: tuple[Table, ...], old: list[Public], new: list[Public]) -> str:
    routes = sum(row.mark != Mark.REMOVED for row in tables[0].rows)
    text = f"There are {counted(routes, 'route')}, and {counted(len(new), 'thing')} that everybody can call or read."
    added, gone = ([each for each in some if each not in others] for some, others in ((new, old), (old, new)))
    if added or gone:
        text += f" This change makes {len(added)} public and closes {len(gone)}."
    changed = sum(row.mark != Mark.SAME for table in (tables[0], *tables[2:]) for row in table.rows)
    return f"{text} {counted(changed, 'row')} below changed." if changed else f"{text} Nothing else changes."


def _sorted(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: (_ORDER.index(row.mark), row.grade is None)))


def _mark(was: object, now: object) -> Mark:
    if was is None:
        return Mark.ADDED
    return Mark.REMOVED if now is None else Mark.SAME if was == now else Mark.CHANGED


def _graded(concerns: Iterable[Concern], address: str, text: str) -> Grade | None:
    """The grade of the gravest concern about an address that names a text."""
    found = [each.grade for each in concerns if each.address == address and text in each.title]
    return Grade.RED if Grade.RED in found else found[0] if found else None


def _routes(old: Routes, new: Routes) -> tuple[Row, ...]:
    concerns = list(judged_routes(old, new))
    was, now = ({(each.api, each.key): each for each in side.all()} for side in (old, new))
    rows = []
    for key in dict.fromkeys([*now, *was]):
        before, after = was.get(key), now.get(key)
        shown = after or before
        assert shown is not None  # noqa: S101 - the key is of one of them
        mark = _mark(_of_route(before), _of_route(after))
        rows.append(
            Row(
                (
                    shown.key,
                    after.authorisation if after else "no longer answers",
                    before.authorisation
                    if before and (not after or before.authorisation != after.authorisation)
                    else "",
                    after.throttle if after else "",
                    before.throttle if before and after and before.throttle != after.throttle else "",
                    _runs(before, after),
                ),
                mark,
                _graded(concerns, shown.address, shown.key) if mark != Mark.SAME else None,
                shown.address,
            )
        )
    return _sorted(rows)


def _differ(before: Route, after: Route) -> bool:
    return before.authorisation != after.authorisation


def _of_route(route: Route | None) -> tuple[str, ...] | None:
    return None if route is None else (route.authorisation, route.throttle, route.target.function, route.authoriser)


def _runs(before: Route | None, after: Route | None) -> str:
    now, was = (each.target.function if each else "" for each in (after, before))
    return f"{now} (before: {was})" if now and was and now != was else now or was


def _public(old: list[Public], new: list[Public]) -> tuple[Row, ...]:
    rows = []
    for each in dict.fromkeys([*new, *old]):
        mark = _mark(each if each in old else None, each if each in new else None)
        grade = Grade.RED if mark == Mark.ADDED else None
        rows.append(Row((each.what, each.way), mark, grade, each.address))
    return _sorted(rows)


def _paths(old: Behaviours, new: Behaviours) -> tuple[Row, ...]:
    concerns = list(paths(old, new))
    was, now = ({(each.distribution, each.pattern): each for each in side.all()} for side in (old, new))
    rows = []
    for key in dict.fromkeys([*now, *was]):
        before, after = (_of_path(side.get(key)) for side in (was, now))
        mark = _mark(before, after)
        pattern = "all other paths" if key[1] == DEFAULT else key[1]
        cells = after or ("no longer a case of its own", *[""] * 4)
        changed = [old for old, new in zip(before or (), cells, strict=False) if old != new]
        grade = _graded(concerns, key[0], pattern) if mark != Mark.SAME else None
        rows.append(Row((pattern, *cells, "; ".join(changed)), mark, grade, key[0]))
    return _sorted(rows)


def _of_path(each: Behaviour | None) -> tuple[str, ...] | None:
    if each is None:
        return None
    return (each.lets_in, each.origin.target, each.protocol, ", ".join(sorted(each.methods)), each.cache.words)


def _guards(before: Side, after: Side) -> tuple[Row, ...]:
    concerns = list(rules(before, after))
    was, now = (
        {
            (side.address(block), rule.name): words(rule)
            for block in side.of_type(*ACLS)
            for rule in rules_of(side, block.attributes)
        }
        for side in (before, after)
    )
    rows = []
    for key in dict.fromkeys([*now, *was]):
        old, new = was.get(key), now.get(key)
        mark = _mark(old, new)
        cells = (key[1], new or "no such rule", old if old and old != new else "")
        rows.append(Row(cells, mark, _graded(concerns, key[0], key[1]) if mark != Mark.SAME else None, key[0]))
    return _sorted(rows)


def _facts(before: Side, after: Side) -> tuple[Row, ...]:
    old, new = _facts_of(before), _facts_of(after)
    rows = []
    for key in dict.fromkeys([*new, *old]):
        was, now = old.get(key), new.get(key)
        fact = now or was
        assert fact is not None  # noqa: S101 - the key is of one of them
        before_words, after_words = (each.order.shown(each.value) if each else "" for each in (was, now))
        if before_words == after_words and not key[1].endswith(_STANDING):
            continue
        if fact.value == fact.absent and (was is None or now is None):
            continue
        mark = _mark(was and before_words, now and after_words)
        is_worse = bool(was and now and now.order.is_worse(was.value, now.value))
        changed = before_words if before_words != after_words else ""
        cells = (fact.subject, fact.says, after_words, changed)
        rows.append(Row(cells, mark, fact.grade if is_worse else None, fact.address))
    return _sorted(rows)


def _facts_of(side: Side) -> Mapping[tuple[str, str], Fact]:
    found = [fact for room in _ROOMS for each in room.PROTECTIONS for fact in each.facts(side)]
    found += [fact for room in _ROOMS for finder in room.FINDERS for fact in finder(side)]
    return {(each.subject, each.question): each for each in found}
