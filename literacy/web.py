"""How the ground plugs into an app: headers, filters, static files, and the lists that packages fill."""

import hashlib
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, current_app, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from markupsafe import Markup
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter
from whitenoise import WhiteNoise

from literacy import access, audit, db, errors, starting, views
from literacy.access import Permission, allows
from literacy.activation import mailing, slips
from literacy.activation import service as activation
from literacy.audit import working
from literacy.config import MEBIBYTE
from literacy.dates import day, moment, today, zone
from literacy.editing import service as editing
from literacy.forms.words import typed
from literacy.intake import applying, planning, results
from literacy.intake import service as intake
from literacy.jobs import worker
from literacy.mail import web as mail
from literacy.markdown import to_html
from literacy.messages import web as messages
from literacy.models import Role
from literacy.pictures import service as pictures
from literacy.privacy import ground
from literacy.privacy import working as privacy
from literacy.registry import NavItem, Periodic, Registry, Subject, nav_items, registry
from literacy.settings import web as settings
from literacy.settings.reading import shown
from literacy.text import titled
from literacy.views.sign_in import csrf_failed

__all__ = ["csrf_protect", "day", "init_app", "moment", "today", "zone"]

STATIC = Path(__file__).parent / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'"
)
HOME_ORDER = (Role.ADMINISTRATOR, Role.TRAINER, Role.LEARNER)
"""Whose home a person with several roles starts at."""

csrf_protect = CSRFProtect()


def percent(value: float | None) -> str:
    """A share 0–1 as 85%."""
    return "" if value is None else f"{value:.0%}"


def number(value: float | None) -> str:
    """A number without needless decimals: 1, 1.5."""
    return "" if value is None else f"{value:.1f}".removesuffix(".0")


def marks(value: float | None) -> str:
    """Marks of a question, to the hundredth, so that what is added up on a page adds up: 1, 0.5, 0.75."""
    return "" if value is None else f"{value:.2f}".rstrip("0").removesuffix(".")


@cache
def _fingerprint(path: str) -> str:
    return hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:10]


def asset(path: str) -> str:
    """The address of a static file, changed whenever its content changes."""
    address = url_for("static", filename=path)
    return address if current_app.debug else f"{address}?v={_fingerprint(path)}"


def page_address(number: int) -> str:
    """Another page of the list that is open, narrowed in the same way, whatever stands in its address."""
    values = request.args.to_dict(flat=False) | {"page": [str(number)]}
    return f"{url_for(request.endpoint or '', **(request.view_args or {}))}?{urlencode(values, doseq=True)}"


def csrf() -> Markup:
    """The hidden field that every POST form carries."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def may(permission: str) -> bool:
    """For templates: whether the person who is signed in holds a permission."""
    return allows(current_user, Permission(permission))


NAV = (
    NavItem("图片", "literacy.pictures", Permission.AUTHOR, "培训", 12),
    NavItem("人员", "literacy.people", Permission.PEOPLE, "管理", 30, ("literacy.person", "literacy.people_import")),
    NavItem("单位", "literacy.units", Permission.PEOPLE, "管理", 31, ("literacy.unit",)),
    NavItem("我的任务", "literacy.jobs", Permission.REPORT, "管理", 40, ("literacy.job",)),
    NavItem("更正申请", "literacy.corrections", Permission.PEOPLE, "管理", 32, ("literacy.correction",)),
    NavItem("操作记录", "literacy.audit_log", Permission.AUDIT, "管理", 41, ("literacy.retention_rules",)),
)
SUBJECTS = {
    "users": Subject("人员", "literacy.person", "user_id", Permission.PEOPLE),
    "units": Subject("单位", "literacy.unit", "unit_id", Permission.PEOPLE),
    "pictures": Subject("图片"),
    "people_imports": Subject("批量导入", "literacy.people_import", "import_id", Permission.PEOPLE),
    "corrections": Subject("申请", "literacy.correction", "row_id", Permission.PEOPLE),
}


class RowNumber(IntegerConverter):
    """An id in an address. Larger numbers than any row has are no address of ours, and no database is asked."""

    def __init__(self, url_map: Any, *args: Any, **given: Any) -> None:
        super().__init__(url_map, *args, **{"max": 2**31 - 1, **given})


def _offer(offered: Registry) -> None:
    """What the ground itself puts into the lists that packages fill."""
    offered.homes = {**dict.fromkeys(HOME_ORDER, "literacy.account"), Role.ADMINISTRATOR: "literacy.people"}
    offered.nav.extend(NAV)
    offered.subjects.update(SUBJECTS)
    offered.first_steps.extend(starting.OURS)
    settings.offer(offered)
    offered.periodic["worker"] = Periodic(timedelta(minutes=1), lambda: None)  # a sign of life, for doctor
    offered.periodic["job_files"] = Periodic(timedelta(hours=1), worker.clean_up)
    offered.pictured.append(editing.drafted_texts)
    offered.personal.extend(ground.PARTS)
    offered.impersonal.update(ground.IMPERSONAL)
    offered.retention.extend(ground.RULES)
    offered.jobs["personal_export"] = privacy.export_own
    offered.periodic["retention"] = Periodic(every=timedelta(days=1), run=privacy.clear_away)
    offered.jobs["audit_verify"] = working.verify
    offered.jobs["audit_export"] = working.export_log
    offered.periodic["audit_verify"] = Periodic(every=timedelta(days=1), run=working.verify_daily)
    audit.ACTIONS.update(ground.ACTIONS)
    audit.ACTIONS.update(pictures.ACTIONS)
    audit.FIELDS.update(pictures.FIELDS)
    audit.ACTIONS.update(activation.ACTIONS | mailing.ACTIONS | applying.ACTIONS)
    audit.FIELDS.update(applying.FIELDS)
    offered.jobs |= {
        "people_check": planning.check,
        "people_import": applying.apply,
        "import_slips": results.write_slips,
        "unit_slips": slips.write_unit_slips,
        "import_mails": results.mail_links,
        mailing.JOB: mailing.of_unit_or_person,
    }
    offered.periodic["people_imports"] = Periodic(timedelta(hours=6), intake.clean_up)
    offered.periodic["activation_codes"] = Periodic(timedelta(hours=6), activation.drop_expired)


def _check_csrf(app: Flask) -> None:
    """Check the token of every writing request before the guard runs."""

    @app.before_request
    def check() -> Any:
        if request.method in db.SAFE_METHODS:
            return None
        view = app.view_functions.get(request.endpoint or "")
        if (mebibytes := getattr(view, "takes", None)) and current_user.is_authenticated:
            request.max_content_length = mebibytes * MEBIBYTE
        try:
            csrf_protect.protect()
        except CSRFError:
            return csrf_failed()
        return None


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if request.endpoint != "static":
        # Pages show personal data; a shared office computer must not keep them.
        response.headers.setdefault("Cache-Control", "no-store")
    if current_app.config["HTTPS"]:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def _note_address() -> None:
    audit.address.set(request.remote_addr or "")


def init_app(app: Flask) -> None:
    """Plug the ground into the app. The order matters: the token is checked before anybody is let in."""
    app.extensions["literacy"] = Registry()
    _offer(app.extensions["literacy"])
    app.url_map.converters["int"] = RowNumber
    db.init_app(app)
    errors.init_app(app)
    views.limiter.init_app(app)
    messages.init_app(app)
    mail.init_app(app)
    csrf_protect.init_app(app)
    app.before_request(_note_address)
    _check_csrf(app)
    access.init_app(app)
    app.register_blueprint(views.blueprint)
    app.after_request(_headers)
    app.add_template_filter(day)
    app.add_template_filter(moment)
    app.add_template_filter(percent)
    app.add_template_filter(number)
    app.add_template_filter(titled)
    app.add_template_filter(marks)
    app.add_template_filter(lambda kept: typed(kept, registry().field_words), "typed")
    app.add_template_filter(to_html, "markdown")
    app.jinja_env.globals.update(asset=asset, csrf=csrf, nav_items=nav_items, may=may, today=today, setting=shown)
    app.jinja_env.globals.update(page_address=page_address)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.wsgi_app = WhiteNoise(app.wsgi_app, root=str(STATIC), prefix="static/", max_age=31536000)  # type: ignore[method-assign]
    access.public(app.view_functions["static"])
    if app.config["TRUSTED_PROXIES"]:
        hops = app.config["TRUSTED_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
