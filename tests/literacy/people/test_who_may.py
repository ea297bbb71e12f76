"""Only administrators open these pages."""

import re
from typing import Any

import pytest

from literacy.db import db
from literacy.service import accounts, units
from tests.literacy.people.conftest import NEW, the

ROUTES = [
    ("GET", "/manage/people"),
    ("GET", "/manage/people/export/csv"),
    ("GET", "/manage/people/new"),
    ("POST", "/manage/people/new"),
    ("GET", "/manage/people/{id}"),
    ("GET", "/manage/people/{id}/edit"),
    ("POST", "/manage/people/{id}/edit"),
    ("POST", "/manage/people/{id}/reset-password"),
    ("POST", "/manage/people/{id}/deactivate"),
    ("POST", "/manage/people/{id}/reactivate"),
    ("POST", "/manage/people/{id}/unlock"),
    ("POST", "/manage/people/{id}/code"),
    ("POST", "/manage/people/{id}/code/mail"),
    ("GET", "/manage/people/imports"),
    ("POST", "/manage/people/imports"),
    ("GET", "/manage/people/imports/template"),
    ("GET", "/manage/people/imports/{list}"),
    ("POST", "/manage/people/imports/{list}/choices"),
    ("POST", "/manage/people/imports/{list}/confirm"),
    ("POST", "/manage/people/imports/{list}/again"),
    ("POST", "/manage/people/imports/{list}/drop"),
    ("POST", "/manage/people/imports/{list}/codes"),
    ("POST", "/manage/people/imports/{list}/codes/mail"),
    ("POST", "/manage/units/{unit}/codes"),
    ("POST", "/manage/units/{unit}/codes/mail"),
    ("GET", "/manage/people/{id}/anonymise"),
    ("POST", "/manage/people/{id}/anonymise"),
    ("GET", "/manage/units"),
    ("GET", "/manage/units/new"),
    ("POST", "/manage/units/new"),
    ("GET", "/manage/units/{unit}"),
    ("GET", "/manage/units/{unit}/edit"),
    ("POST", "/manage/units/{unit}/edit"),
    ("POST", "/manage/units/{unit}/deactivate"),
    ("POST", "/manage/units/{unit}/reactivate"),
    ("GET", "/manage/audit"),
    ("GET", "/manage/audit/export/xlsx"),
    ("GET", "/manage/audit/export/csv"),
    ("POST", "/manage/audit/verify"),
]

ARGUMENTS = {"id": "<int:user_id>", "unit": "<int:unit_id>", "list": "<int:import_id>"}


@pytest.mark.parametrize(("method", "url"), ROUTES)
def test_only_administrators_get_in(method: str, url: str, client: Any, person: Any, sign_in: Any) -> None:
    target = person("learner", account="target")
    unit = units.create_unit(None, name="望舒街道")
    db.session.commit()
    url = url.format(id=target.id, unit=unit.id, list=1)
    nobody = client.get(url) if method == "GET" else client.send(url, NEW)
    assert nobody.status_code == (303 if method == "GET" else 401)
    sign_in("learner", "trainer")
    assert (client.get(url) if method == "GET" else client.send(url, NEW)).status_code == 403
    assert the("target").active and accounts.find_by_account("zhaoqing") is None


def test_the_list_of_routes_is_whole(app: Any) -> None:
    """A new route of administration has to be written down above."""
    ours = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith(("literacy.people", "literacy.person", "literacy.unit", "literacy.audit"))
        and "account" not in rule.rule
        for method in rule.methods & {"GET", "POST"}
    }
    listed = {(method, re.sub(r"/export/\w+", "/export/<form>", url).format(**ARGUMENTS)) for method, url in ROUTES}
    assert ours == listed


def test_an_initial_password_opens_nothing_of_this(client: Any, person: Any, sign_in: Any) -> None:
    admin = person("administrator")
    admin.must_change_password = True
    db.session.commit()
    sign_in(admin)
    for url in ("/manage/people", "/manage/units", "/manage/audit", "/"):
        assert client.get(url).location.endswith("/account/password"), url
