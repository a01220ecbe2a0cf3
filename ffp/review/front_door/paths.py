"""What a change opens of distributions: of each path that some behaviour of either side names."""

from collections.abc import Iterator

from ffp.review.concern import Concern, Grade, Topic
from ffp.review.front_door.behaviours import DEFAULT, Behaviour, Behaviours

_VIEWERS = ("allow-all", "redirect-to-https", "https-only")
_SAFE = frozenset({"HEAD", "OPTIONS"})


def paths(old: Behaviours, new: Behaviours) -> Iterator[Concern]:
    """A concern for each protection that requests for a path lose."""
    for distribution, current in new.by_distribution.items():
        if distribution not in old.by_distribution:
            for each in current:
                yield from _opened(each)
            continue
        patterns = [each.pattern for each in (*current, *old.by_distribution[distribution])]
        for pattern in dict.fromkeys(patterns):
            was, now = old.answering(distribution, pattern), new.answering(distribution, pattern)
            if was is not None and now is not None:
                yield from _compared(pattern, was, now)


def _concern(
    now: Behaviour, title: str, before: str = "", after: str = "", why: str = "", topic: Topic = Topic.EXPOSURE
) -> Concern:
    return Concern(Grade.RED, topic, now.distribution, title, before, after, why)


def _place(pattern: str) -> str:
    return "all other paths" if pattern == DEFAULT else pattern


def _opened(now: Behaviour) -> Iterator[Concern]:
    if now.is_open and now.origin.is_bucket:
        title = f"The new {now.distribution} serves {_place(now.pattern)} to everybody"
        yield _concern(now, title, "", f"{now.origin.target}, without signed addresses", "Every object can be fetched.")
    if now.protocol not in _VIEWERS[1:]:
        title = f"The new {now.distribution} serves {_place(now.pattern)} without TLS"
        yield _concern(now, title, why="Tokens and answers can be read on the way.")


def _compared(pattern: str, was: Behaviour, now: Behaviour) -> Iterator[Concern]:
    at = f"{_place(pattern)} of {now.distribution}"
    is_same = was.pattern == now.pattern == pattern
    if now.is_open and not was.is_open:
        why = "Everybody can fetch what only signed addresses opened." if was.signers else "Nobody is asked who calls."
        yield _concern(now, f"Access to {at} is open", was.lets_in, now.lets_in, why)
    elif now.signers and was.signers and now.signers - was.signers:
        words = _listed(was.signers), _listed(now.signers)
        yield _concern(
            now, f"Further keys sign addresses for {at}", *words, "Whoever holds them opens everything there."
        )
    elif was.signers and not now.signers and was.origin.target == now.origin.target:
        yield _concern(now, f"Access to {at} is open", was.lets_in, now.lets_in, "Addresses need no signature.")
    if was.origin.target != now.origin.target and (is_same or not now.origin.is_own or (now.is_open and was.is_open)):
        why = "Callers get what something else serves, and it gets their requests with their tokens."
        yield _concern(now, f"The origin of {at} changes", was.origin.target, now.origin.target, why)
    elif was.origin.target != now.origin.target and was.pattern == pattern:
        why = "Nothing leads there any more: callers get an error, or another answer."
        title = f"Requests for {at} reach another origin"
        yield _concern(now, title, was.origin.target, now.origin.target, why, Topic.AVAILABILITY)
    elif was.forwards_credentials and not now.forwards_credentials and now.origin.is_api:
        title = f"Tokens no longer reach the API at {at}"
        yield _concern(now, title, why="It refuses every caller who must show one.", topic=Topic.AVAILABILITY)
    if _rank(now.protocol) < _rank(was.protocol):
        why = "Tokens and answers can be read and changed on the way."
        yield _concern(now, f"Encryption on the way to {at}", was.protocol, now.protocol, why)
    if (is_same or was.origin.target == now.origin.target) and (added := now.methods - was.methods - _SAFE):
        words = _listed(was.methods), _listed(now.methods)
        yield _concern(now, f"Methods that {at} accepts", *words, f"{', '.join(sorted(added))} reach the origin.")
    yield from _shared(at, was, now)
    yield from _headers(at, was, now)
    if was.functions != now.functions:
        why = "Such a function sees and changes each request, with its tokens, and can let it pass or refuse it."
        words = _listed(was.functions), _listed(now.functions)
        yield _concern(now, f"The functions at the edge for {at} change", *words, why)
    if was.live_logs and was.live_logs != now.live_logs:
        yield _concern(
            now,
            f"The real-time logs of {at}",
            was.live_logs,
            now.live_logs or "none",
            "Nobody sees who fetched what.",
            Topic.WATCHING,
        )
    if was.encrypts and was.encrypts != now.encrypts:
        why = "Fields that only one function could read pass in clear."
        yield _concern(now, f"Encryption of single fields at {at}", was.encrypts, now.encrypts or "none", why)


def _listed(found: frozenset[str]) -> str:
    return ", ".join(sorted(found)) or "none"


def _rank(protocol: str) -> int:
    return _VIEWERS.index(protocol) if protocol in _VIEWERS else -1


def _shared(at: str, was: Behaviour, now: Behaviour) -> Iterator[Concern]:
    """Whether the answer for one caller can now be given to another."""
    old, new = was.cache, now.cache
    why = "The answer for one caller is given to another one."
    if not new.known and old != new and not now.origin.is_static:
        yield _concern(now, f"What is kept of {at}", old.words, new.words, why)
    elif new.keeps and not now.origin.is_static and not new.tells_callers_apart:
        is_old = old.keeps and was.origin.target == now.origin.target and not old.tells_callers_apart
        if not is_old:
            yield _concern(now, f"Answers at {at} are kept and shared", old.words, new.words, why)
            return
    if new.keeps and old.keeps and (lost := _lost(old.parts, new.parts)):
        title = f"Answers at {at} are no longer told apart by {', '.join(sorted(lost))}"
        yield _concern(now, title, old.words, new.words, why)


def _lost(old: frozenset[str], new: frozenset[str]) -> frozenset[str]:
    """The parts of the old key that the new one lacks."""
    everything = {each.split()[0] for each in new if each.endswith(" *")}
    return frozenset(each for each in old - new if each.split()[0] not in everything)


def _headers(at: str, was: Behaviour, now: Behaviour) -> Iterator[Concern]:
    """What answers lose by another policy; changes of a policy itself are judged once, not for each path."""
    if was.headers_by == now.headers_by:
        return
    current = {each.question: each for each in now.headers}
    for fact in was.headers:
        found = current.get(fact.question)
        if found is not None and fact.order.is_worse(fact.value, found.value):
            words = (fact.order.shown(fact.value), fact.order.shown(found.value))
            yield _concern(now, f"{fact.says} at {at}", *words, fact.why)
