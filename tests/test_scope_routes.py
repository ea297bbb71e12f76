"""Who is bound to one unit sees and changes nothing of another: every route is tried, those that come later too.

A new route is walked by itself. If it takes an argument that is not known here, the test says what to do.
"""

import itertools
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, url_for
from werkzeug.routing import Rule

from courses.models import Enrolment
from courses.reports.listed import REPORTS
from literacy.access import GRANTS, WHOLE, Permission
from literacy.dates import today
from literacy.db import db
from literacy.jobs.models import Job
from literacy.jobs.service import result_path
from literacy.models import Role
from tests.conftest import PASSWORD
from tests.filling import fields_of
from tests.foreign import Counties, _told, fingerprint, foreign_words, make_counties, words_of
from tests.working import work_off

FOREIGN = (
    "user_id", "unit_id", "rule_id", "attempt_id", "answer_id", "reply_id", "certificate_id", "cohort_id", "import_id",
    "view_id", "mail_id", "row_id",
)  # fmt: skip
"""Arguments that name a row of one unit. Those of the foreign unit stand in `tests.foreign` and answer 403 or 404."""

OWN = {"reply_id", "import_id", "view_id"}
"""Of these, whose they are opens them, and nobody else, whatever they look after."""

ELSEWHERE = {Role.TRAINER: Permission.AUTHOR}
"""Content is written for everybody: what a role may do there is not about anybody's unit."""

LISTED = (
    "",
    "?unit={unit}",
    "?unit={unit}&course={course}",
    "?course={course}",
    "?course={course}&scenario={scenario}",
    "?person={user}&user={user}&users={user}",
    "?about=users:{user}",
    "?about=units:{unit}",
    "?state=seen",
    "?page=2",
)
"""How lists are narrowed, by rows of the foreign unit."""


def shared(counties: Counties) -> dict[str, list[Any]]:
    """Arguments that name what all units share, with values: such pages open, but tell nothing of another unit."""
    return {
        "course_id": [counties.course.id],
        "quiz_id": [counties.quiz.id, counties.drill.id],
        "question_id": [counties.drill.slots[0].question_id],
        "form": ["xlsx", "csv"],
        "act_name": ["up", "remove"],
        "act": ["open", "close", "archive", "remind"],
        "key": [report.key for report in REPORTS],
        "group": ["school", "security"],
        "step": [0],
        "kind": ["questions", "scenarios"],
        "remarking_id": [1],
    }


def walked(app: Flask, role: Role) -> list[Rule]:
    """The routes that a role opens, for the whole installation or for one unit."""
    held = (GRANTS[role] | WHOLE.get(role, frozenset())) - {ELSEWHERE.get(role)}
    rules = (rule for rule in app.url_map.iter_rules() if app.view_functions[rule.endpoint].access in held)  # type: ignore[attr-defined]
    return sorted(rules, key=lambda rule: rule.rule)


def addresses(rule: Rule, counties: Counties) -> Iterator[str]:
    """The addresses of a route with rows of the foreign county, or with what is shared."""
    known = {**shared(counties), **counties.rows}
    unknown = set(rule.arguments) - set(known)
    assert not unknown, (
        f"{rule.endpoint} ({rule.rule}) takes {sorted(unknown)}, which this test does not know. If it names a row of "
        f"one unit, make such a row of the foreign county in tests/foreign.py and name it in FOREIGN; if all units "
        f"share it, give its values in shared()."
    )
    names = sorted(rule.arguments)
    for values in itertools.product(*(known[name] for name in names)):
        yield url_for(rule.endpoint, **dict(zip(names, values, strict=True)), _external=False)


@pytest.fixture
def counties(app: Flask) -> Counties:
    return make_counties()


def enter(client: Any, user: Any) -> None:
    answer = client.post("/sign-in", data={"account": user.account, "password": PASSWORD, "csrf_token": client.token()})
    assert answer.status_code == 303, words_of(answer)
    client.signed_in = user


def bound(counties: Counties, role: Role) -> Any:
    return counties.bound if role is Role.ADMINISTRATOR else counties.trainer


def handed_in(counties: Counties, page: Any) -> Iterator[dict[str, Any]]:
    """What a browser, or somebody who forges forms, could hand in: the page's own form with foreign rows in it."""
    own = fields_of(page) if page.status_code == 200 and b"<form" in page.data else {}
    own = {name: value for name, value in own.items() if name != "form_key"}
    user, users, unit = counties.theirs.id, counties.rows["user_id"], counties.rows["unit_id"][1]
    enrolments = [row.id for row in _enrolments(counties)]
    foreign: dict[str, Any] = {
        "unit": unit, "parent": unit, "trainer_unit": unit, "administrator_unit": unit, "units": [unit],
        "person": users, "people": users, "user": user, "users": users, "enrolment": enrolments,
    }  # fmt: skip
    wrote = {
        "name": "新人", "account": "xinren", "roles": ["learner", "administrator"], "reason": "写明理由在这里",
        "due_on": (today() + timedelta(days=40)).isoformat(), "percent": "90", "title": "标题", "text": "文字",
    }  # fmt: skip
    yield {**own, **wrote, **foreign}
    yield {**own, **wrote, "account": counties.theirs.account, "unit": counties.own.id, "roles": ["learner"]}
    yield {**own, **wrote, "unit": counties.own.id, "parent": unit, "administrator_unit": unit}
    for act in ("due", "no_due", "withdraw", "restore"):
        yield {**own, **foreign, "due_on": wrote["due_on"], "act": act, "no_due": ""}
    yield {**own, "due_on": wrote["due_on"]}


def _enrolments(counties: Counties) -> list[Any]:
    query = db.select(Enrolment).where(Enrolment.user_id.in_(counties.rows["user_id"]))
    return list(db.session.scalars(query))


def job_files() -> str:
    """What all jobs so far have written, and said."""
    told = []
    for job in db.session.scalars(db.select(Job)):
        path = result_path(job)
        told.append(f"{job.title} {job.said} " + (_told(path.read_bytes()) if path else ""))
    return "\n".join(told)


ROLES = pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.TRAINER])


@ROLES
def test_nothing_of_a_foreign_unit_is_shown(role: Role, app: Flask, client: Any, counties: Counties) -> None:
    enter(client, bound(counties, role))
    words = {
        "unit": counties.foreign.id,
        "user": counties.theirs.id,
        "course": counties.course.id,
        "scenario": counties.drill.slots[0].question.scenario_id,
    }
    for rule in walked(app, role):
        if "GET" not in (rule.methods or ()):
            continue
        for address in addresses(rule, counties):
            about = f"{rule.endpoint}: GET {address} as {role.value} of another unit"
            if set(rule.arguments) & set(FOREIGN):
                assert client.get(address).status_code in (403, 404), f"{about} is let in: check the scope"
                continue
            for narrowing in LISTED:
                answer = client.get(address + narrowing.format(**words))
                assert answer.status_code < 500, about
                assert not (told := foreign_words(words_of(answer))), f"{about}{narrowing} tells {told}: use the scope"


@ROLES
def test_nothing_of_a_foreign_unit_is_changed(role: Role, app: Flask, client: Any, counties: Counties) -> None:
    enter(client, bound(counties, role))
    before = fingerprint(counties.foreign)
    token = client.token()
    for rule in walked(app, role):
        if "POST" not in (rule.methods or ()):
            continue
        for address in addresses(rule, counties):
            about = f"{rule.endpoint}: POST {address} as {role.value} of another unit"
            page = client.get(address) if "GET" in (rule.methods or ()) else client.get("/account")
            for data in handed_in(counties, page):
                headers = {"Sec-Fetch-Site": "same-origin"}
                answer = client.post(address, data={**data, "csrf_token": token}, headers=headers)
                if set(rule.arguments) & set(FOREIGN):
                    assert answer.status_code in (403, 404), f"{about} is let in: check the scope"
                assert answer.status_code < 500, about
                assert not (told := foreign_words(words_of(answer).replace(str(data.get("account")), ""))), (
                    f"{about} tells {told}"
                )
            work_off(app)
            _same(before, fingerprint(counties.foreign), about)
            assert not (told := foreign_words(job_files())), f"{about}: its job tells {told}"


def _same(before: dict[str, list[Any]], after: dict[str, list[Any]], about: str) -> None:
    changed = {name for name in before if before[name] != after[name]}
    lines = [f"{name}: {set(after[name]) ^ set(before[name])}" for name in sorted(changed)]
    assert not changed, f"{about} changed rows of the foreign unit:\n" + "\n".join(lines)


@ROLES
def test_the_rows_are_there_for_who_may_see_them(role: Role, app: Flask, client: Any, counties: Counties) -> None:
    """Otherwise the 404 above would say nothing."""
    enter(client, counties.whole)
    opened = 0
    for rule in walked(app, role):
        if "GET" not in (rule.methods or ()) or not set(rule.arguments) & set(FOREIGN) - OWN:
            continue
        for address in addresses(rule, counties):
            if address.endswith("/csv") and rule.endpoint == "courses.report_record_export":
                continue  # a record of one person is no table
            assert client.get(address).status_code in (200, 303, 409), address
            opened += 1
    assert opened
    shown = "/manage/people" if role is Role.ADMINISTRATOR else "/teach/attempts"
    assert foreign_words(words_of(client.get(shown)))


def test_every_foreign_argument_has_rows(counties: Counties) -> None:
    assert set(counties.rows) == set(FOREIGN)
    assert not set(FOREIGN) & set(shared(counties))


def test_what_belongs_to_the_whole_installation_is_closed(app: Flask, client: Any, counties: Counties) -> None:
    whole = {Permission.INSTALLATION: counties.bound, Permission.MARK_ALL: counties.trainer}
    for permission, user in whole.items():
        enter(client, user)
        for rule in app.url_map.iter_rules():
            if app.view_functions[rule.endpoint].access == permission and "GET" in (rule.methods or ()):  # type: ignore[attr-defined]
                address = re.sub(r"<[^>]*?(\w+)>", "1", rule.rule)
                assert client.get(address).status_code in (403, 404), rule.endpoint
        client.send("/sign-out")
        client.signed_in = None
