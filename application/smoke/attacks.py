"""Attacks on another tenant's rows through each field that this application reads."""

from collections.abc import Mapping

from application.tenancy import TENANCY
from ffp.emulator.smoke.front_door_attacks import Send, attacks, in_body, in_query
from ffp.emulator.smoke.kit import Case

# {victim} is the other tenant's id.
PAYLOADS = (
    "'; set role owner; alter table notes no force row level security; --",
    "' union select body from notes where tenant_id = '{victim}' --",
    "'); delete from notes where tenant_id = '{victim}'; --",
)

PLACES: Mapping[str, Send] = {
    "a note's text": in_body("POST", "/api/notes", body=...),
    "a note's exercise": in_body("POST", "/api/notes", body="mine", exerciseId=...),
    "a note's tenant": in_body("POST", "/api/notes", body="mine", **{TENANCY.tenant: ...}),
    "a note's column": in_body("POST", "/api/notes", body="mine", tenant_id=...),
    "a profile's name": in_body("PUT", "/api/profile", displayName=..., weeklyGoal=3),
    "a profile's number": in_body("PUT", "/api/profile", displayName="mine", weeklyGoal=...),
    "a profile's user": in_body("PUT", "/api/profile", displayName="mine", weeklyGoal=3, userId=...),
    "the place in a list": in_query("/api/exercises", "after"),
    "the time in a list": in_query("/api/notes", "before"),
    "the length of a list": in_query("/api/notes", "limit"),
}

CASES: tuple[Case, ...] = tuple(attacks(place, send, "patient") for place, send in PLACES.items())
