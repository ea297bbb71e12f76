"""Who may do what. Silence means no: a view without a mark answers 403.

Views name a permission, never a role; roles are bundles of permissions and stand only here.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user, logout_user
from flask_wtf.csrf import generate_csrf

from literacy import errors
from literacy.audit import refusals
from literacy.db import SAFE_METHODS, db, now
from literacy.models import Role, User
from literacy.settings import value

View = TypeVar("View", bound=Callable[..., Any])


class Permission(StrEnum):
    """What a view may ask for."""

    ACCOUNT = "account"
    """One's own account: everybody who is signed in."""
    LEARN = "learn"
    AUTHOR = "author"
    MARK = "mark"
    PEOPLE = "people"
    ENROL = "enrol"
    REPORT = "report"
    AUDIT = "audit"
    INSTALLATION = "installation"
    """What concerns everybody: only for administrators of the whole installation."""
    MARK_ALL = "mark_all"
    """What shows or changes everybody's results at once: only for trainers of the whole installation."""


GRANTS: dict[Role, frozenset[Permission]] = {
    Role.LEARNER: frozenset({Permission.LEARN}),
    Role.TRAINER: frozenset({Permission.AUTHOR, Permission.MARK}),
    Role.ADMINISTRATOR: frozenset({Permission.PEOPLE, Permission.ENROL, Permission.REPORT, Permission.AUDIT}),
}

WHOLE: dict[Role, frozenset[Permission]] = {
    Role.TRAINER: frozenset({Permission.MARK_ALL}),
    Role.ADMINISTRATOR: frozenset({Permission.INSTALLATION}),
}
"""What a role allows beside, to those who hold it for the whole installation and not for one unit."""

PUBLIC = "public"

BEFORE_NEW_PASSWORD = frozenset({"literacy.password", "literacy.account", "literacy.sign_out"})
"""What may be opened with an initial password: changing it, seeing whose it is, leaving."""

login_manager = LoginManager()
login_manager.session_protection = None  # addresses change on a phone in a bus


def requires(permission: Permission) -> Callable[[View], View]:
    """Mark a view with the permission it needs."""

    def mark(view: View) -> View:
        view.access = permission  # type: ignore[attr-defined]
        return view

    return mark


def takes(mebibytes: int) -> Callable[[View], View]:
    """Mark a view whose form may be larger than others, for files."""

    def mark(view: View) -> View:
        view.takes = mebibytes  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Mark a view that anybody may open."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def permissions_of(user: User) -> frozenset[Permission]:
    """Everything that this person's roles allow, each as far as it reaches.

    Whom a permission is about is another question: see `literacy.service.scope`.
    """
    held = {Permission.ACCOUNT}
    for grant in user.grants:
        role = Role(grant.role)
        held |= GRANTS[role]
        if grant.unit_id is None:
            held |= WHOLE.get(role, frozenset())
    return frozenset(held)


def allows(user: Any, permission: Permission) -> bool:
    """Whether this person (or nobody) holds the permission."""
    return user.is_authenticated and permission in permissions_of(user)


@login_manager.user_loader
def load_user(token: str) -> User | None:
    """The person of a session, or None if the session was ended by a newer session version."""
    identity, _, version = token.partition(":")
    if not (identity.isdigit() and version.isdigit()):
        return None
    user = db.session.get(User, int(identity))
    return user if user and user.active and user.session_version == int(version) else None


def open_session(user: User) -> None:
    """Start a fresh session for a person whose password was right."""
    session.clear()
    session.permanent = True
    session["since"] = session["seen"] = int(now().timestamp())
    login_user(user)


def _session_is_over() -> bool:
    """Whether the session has lived longer than any session may, or nothing was done in it for too long."""
    moment, since = now().timestamp(), session.get("since", 0)
    seen = session.get("seen", since)
    return moment - since > 60 * value("session_max_minutes") or moment - seen > 60 * value("session_idle_minutes")


def _keep_or_end_session() -> None:
    """End the session where it is over; else note that something was done in it."""
    if _session_is_over():
        logout_user()
        session.clear()
    else:
        session["seen"] = int(now().timestamp())


def guard() -> ResponseReturnValue | None:
    """Run before every request: let through what is public or permitted, refuse everything else."""
    if request.endpoint is None:
        return None  # 404 and 405 are answered by the router
    access = getattr(current_app.view_functions[request.endpoint], "access", None)
    if access == PUBLIC:
        return None
    if current_user.is_authenticated:
        _keep_or_end_session()
    if access is None:
        return errors.error_page(403, errors.PAGES[403])
    if not current_user.is_authenticated:
        return ask_to_sign_in()
    if current_user.must_change_password and request.endpoint not in BEFORE_NEW_PASSWORD:
        if errors.wants_json():
            return {"error": "请先修改初始密码。"}, 403
        return redirect(url_for("literacy.password"), 303)
    if not allows(current_user, access):
        refusals.note(current_user, request.method, request.path)
        return errors.error_page(403, errors.PAGES[403])
    return None


def ask_to_sign_in() -> ResponseReturnValue:
    """The answer to somebody without a session. What they had typed travels along and is not lost."""
    if errors.wants_json():
        return {"error": "登录已过期，请输入密码继续。", "sign_in": True, "csrf_token": generate_csrf()}, 401
    if request.method in SAFE_METHODS:
        return redirect(url_for("literacy.sign_in", next=request.full_path.rstrip("?")), 303)
    return sign_in_again_page()


def came_from_here() -> bool:
    """Whether the browser says that one of our own pages sent this request.

    Only then is a form carried over a new sign-in: another site must not plant one.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return origin == request.host_url.rstrip("/") or origin.startswith(request.host_url)


def sign_in_again_page(problem: str | None = None) -> ResponseReturnValue:
    """A page that asks for the password and then hands in the form that the lost session interrupted."""
    if not came_from_here():
        return errors.error_page(400, errors.PAGES[400])
    kept = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    page = render_template(
        "literacy/sign_in_again.html", kept=kept, target=request.full_path.rstrip("?"), problem=problem
    )
    return page, 401


def init_app(app: Flask) -> None:
    """Guard every route of the app."""
    login_manager.init_app(app)
    app.before_request(guard)
