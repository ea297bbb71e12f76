"""What everybody may open: the check of a code, and what other programs need to verify a badge.

A code is as hard to guess as a password and answers are limited, so nobody gets through the numbers; what a code shows
is what the paper shows, and no page here leads from one certificate to another.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from courses.certificates import badge, keys, numbers, site, snapshot
from courses.certificates.forms import CodeForm
from courses.certificates.service import checking, designs
from courses.views.base import blueprint
from literacy.access import public
from literacy.dates import today
from literacy.errors import NotFound
from literacy.views import limiter

NO_INDEX = "noindex, nofollow, noarchive"


def check_limit() -> str:
    """How often one address may check a code; an office shares one address."""
    return current_app.config["VERIFY_LIMIT"]


def _page(status: int = 200, **given: Any) -> ResponseReturnValue:
    answer = make_response(render_template("courses/verify.html", **given), status)
    answer.headers["X-Robots-Tag"] = NO_INDEX
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@blueprint.get("/verify")
@public
@limiter.limit(check_limit)
def verify() -> ResponseReturnValue:
    """Ask for the code of a certificate."""
    form = CodeForm(request.args)
    said = form.code.data or ""
    if code := numbers.read_code(said):
        return redirect(url_for("courses.verify_code", code=code), 303)
    if said:
        letters = f"校验码是 {numbers.LENGTH} 位数字和字母，印在证书左下角，例如 7K3M-Q2XV-9D4T-HB6N。"
        form.code.errors = [letters]
        return _page(422, form=form, row=None, missing=False)
    return _page(form=form, row=None, missing=False)


@blueprint.get("/verify/<string:code>")
@public
@limiter.limit(check_limit)
def verify_code(code: str) -> ResponseReturnValue:
    """Whether there is a certificate of this code, what it shows, and what it is worth today."""
    row = checking.by_code(code)
    if row is None:
        return _page(404, form=CodeForm(data={"code": code[:40]}), row=None, missing=True)
    return _page(
        form=CodeForm(None), row=row, missing=False, told=snapshot.told(row.printed), state=row.state_on(today())
    )


def _open(view: Callable[..., Any]) -> Callable[..., Response]:
    """For other programs: readable from every site, kept for a short while."""

    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> Response:
        answer = make_response(view(*args, **kwargs))
        answer.headers["Access-Control-Allow-Origin"] = "*"
        answer.headers["Cache-Control"] = "public, max-age=300"
        answer.headers["X-Robots-Tag"] = NO_INDEX
        return answer

    return answered


@blueprint.get("/.well-known/jwks.json")
@public
@limiter.limit(check_limit)
@_open
def badge_keys() -> ResponseReturnValue:
    """The public keys of this installation, those that signed before too."""
    here = site.address()
    return {"keys": [{**key, "kid": badge.key_address(here, key["kid"])} for key in keys.public_keys()]}


@blueprint.get("/badges/keys/<string:kid>")
@public
@limiter.limit(check_limit)
@_open
def badge_key(kid: str) -> ResponseReturnValue:
    """One public key, as a badge's header names it."""
    for key in keys.public_keys():
        if key["kid"] == kid:
            return {**key, "kid": badge.key_address(site.address(), kid)}
    raise NotFound


@blueprint.get("/badges/issuer")
@public
@limiter.limit(check_limit)
@_open
def badge_issuer() -> ResponseReturnValue:
    """Who issues badges here."""
    return {"@context": badge.CONTEXT, **badge.issuer(site.address(), site.school())}


@blueprint.get("/badges/achievements/<int:course_id>")
@public
@limiter.limit(check_limit)
@_open
def badge_achievement(course_id: int) -> ResponseReturnValue:
    """What a badge is given for; only of courses that offer one."""
    course = designs.course_for(course_id)
    if not designs.design_of(course).offered:
        raise NotFound
    here = site.address()
    made = badge.achievement(here, course.id, course.title, course.summary)
    return {"@context": badge.CONTEXT, **made, "creator": badge.issuer(here, site.school())}


@blueprint.get("/badges/status/<int:number>")
@public
@limiter.limit(check_limit)
@_open
def badge_status(number: int) -> ResponseReturnValue:
    """What was revoked, as a signed list of bits."""
    return Response(checking.status_list(number, site.address()), mimetype="application/jwt")
