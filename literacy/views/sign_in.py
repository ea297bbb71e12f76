"""Signing in and out, one's own account, and the front door."""

from urllib.parse import urlsplit

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user
from flask_wtf.csrf import generate_csrf

from literacy.access import Permission, allows, came_from_here, open_session, public, requires, sign_in_again_page
from literacy.db import db
from literacy.errors import PAGES, Refused, error_page, wants_json
from literacy.forms import PasswordForm, SignInForm
from literacy.registry import registry
from literacy.service import accounts
from literacy.settings import value
from literacy.starting import is_new
from literacy.views.base import blueprint, limiter


def sign_in_failed() -> str:
    """What is said of every kind of failure alike."""
    return (
        f"账号或密码不对，或者账号暂时不能登录。连续输错 {value('lock_after')} 次会锁定 {value('lock_minutes')} 分钟；"
        "忘记密码请找本单位管理员重置。"
    )


def sign_in_limit() -> str:
    """How often one address may try to sign in."""
    return current_app.config["SIGN_IN_LIMIT"]


def safe_target(target: str | None) -> str:
    """A path within this site to go to, or the front door. Addresses elsewhere are not followed."""
    home = url_for("literacy.home")
    # Browsers skip control characters and take \ for /; whatever holds one is no address of ours.
    if not target or not target.startswith("/") or "\\" in target or not target.isprintable():
        return home
    try:
        parts = urlsplit(target)
    except ValueError:
        return home
    return home if parts.scheme or parts.netloc or target.startswith("//") else target


@blueprint.get("/")
@requires(Permission.ACCOUNT)
def home() -> ResponseReturnValue:
    """The front door: leads each person to where their role begins.

    Who looks after a new installation is led to what has to be done before anybody can learn.
    """
    if allows(current_user, Permission.INSTALLATION) and is_new(registry().first_steps):
        return redirect(url_for("literacy.first_steps"), 303)
    for role, endpoint in registry().homes.items():
        if role in current_user.roles:
            return redirect(url_for(endpoint), 303)
    return redirect(url_for("literacy.account"), 303)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
@limiter.limit(sign_in_limit, methods=["POST"])
def sign_in() -> ResponseReturnValue:
    """Sign in with account and password."""
    if current_user.is_authenticated and request.method == "GET":
        return redirect(url_for("literacy.home"), 303)
    form = SignInForm()
    if form.validate_on_submit():
        user = accounts.sign_in(form.account.data or "", form.password.data or "")
        db.session.commit()
        if user:
            open_session(user)
            return redirect(safe_target(request.args.get("next")), 303)
        form.form_errors.append(sign_in_failed())
    return render_template("literacy/sign_in.html", form=form, new=not accounts.has_people())


@blueprint.post("/sign-in/again")
@public
@limiter.limit(sign_in_limit)
def sign_in_again() -> ResponseReturnValue:
    """Take a lost session up again: for scripts a JSON answer, for people the page they were sending."""
    user = accounts.sign_in(request.form.get("account", ""), request.form.get("password", ""))
    db.session.commit()
    if wants_json():
        if user is None:
            return {"error": sign_in_failed()}, 403
        open_session(user)
        return {"csrf_token": generate_csrf(), "account": user.account}
    target = safe_target(request.args.get("target"))
    kept = [(name, value) for name, value in request.form.items(multi=True) if name.startswith("kept-")]
    if user is None:
        return render_template(
            "literacy/sign_in_again.html", kept=_unkept(kept), target=target, problem=sign_in_failed()
        ), 401
    open_session(user)
    return render_template("literacy/carry_on.html", kept=_unkept(kept), target=target)


def _unkept(kept: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The fields of the interrupted form under their own names."""
    return [(name.removeprefix("kept-"), value) for name, value in kept]


@blueprint.post("/sign-out")
@requires(Permission.ACCOUNT)
def sign_out() -> ResponseReturnValue:
    """End this session."""
    accounts.sign_out(current_user._get_current_object())
    db.session.commit()
    logout_user()
    session.clear()
    flash("您已退出。", "done")
    return redirect(url_for("literacy.sign_in"), 303)


@blueprint.get("/account")
@requires(Permission.ACCOUNT)
def account() -> ResponseReturnValue:
    """What the platform knows about the person themselves."""
    return render_template("literacy/account.html")


@blueprint.route("/account/password", methods=["GET", "POST"])
@requires(Permission.ACCOUNT)
def password() -> ResponseReturnValue:
    """Change one's own password; the initial one must be changed first of all."""
    form = PasswordForm()
    form.least = value("password_length")
    if form.validate_on_submit():
        try:
            accounts.change_password(current_user, form.current.data or "", form.new.data or "")
        except Refused as refused:
            form.form_errors.append(refused.sentence)
        else:
            db.session.commit()
            open_session(current_user._get_current_object())  # the new password ended all sessions, this one too
            flash("密码已修改。", "done")
            return redirect(url_for("literacy.home"), 303)
    return render_template("literacy/password.html", form=form, forced=current_user.must_change_password)


@blueprint.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """For operators: answers 200 while the database answers."""
    accounts.has_people()
    return {"status": "ok"}


def csrf_failed() -> ResponseReturnValue:
    """A form whose token is missing or old. Without a session, what was typed travels through the sign-in."""
    if wants_json():
        status = 401 if not current_user.is_authenticated else 400
        # The script goes on with this token; another site's script cannot read it.
        return {
            "error": "登录已过期，请输入密码继续。",
            "sign_in": status == 401,
            "csrf_token": generate_csrf(),
        }, status
    if not current_user.is_authenticated and request.endpoint not in {"literacy.sign_in", "literacy.sign_in_again"}:
        return sign_in_again_page()
    if request.endpoint == "literacy.sign_in" and came_from_here():
        flash("页面放得太久了，请再登录一次。", "note")
        return redirect(url_for("literacy.sign_in", next=request.args.get("next")), 303)
    return error_page(400, PAGES[400], "errors/csrf.html")
