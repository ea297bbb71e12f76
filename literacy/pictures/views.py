"""Where pictures are uploaded, found again, and shown."""

from collections.abc import Iterator
from typing import Any

from flask import Response, flash, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from literacy.access import Permission, allows, requires, takes
from literacy.config import MEBIBYTE
from literacy.db import db, paged
from literacy.errors import PAGES, Refused, wants_json
from literacy.pictures import service
from literacy.pictures.forms import AltForm, PictureFilter, PictureForm
from literacy.pictures.models import Picture
from literacy.pictures.recoding import MOST_BYTES
from literacy.registry import CitedText, registry
from literacy.views.base import blueprint
from literacy.views.common import done_or_back, go, me, page_number, status_of

PER_PAGE = 24


def _texts() -> Iterator[CitedText]:
    """All texts that may show a picture."""
    for ask in registry().pictured:
        yield from ask()


@blueprint.route("/teach/pictures", methods=["GET", "POST"])
@requires(Permission.AUTHOR)
@takes(MOST_BYTES // MEBIBYTE + 1)
def pictures() -> ResponseReturnValue:
    """The pictures that there are, to use again; and a new one. A script is answered with how a text names it."""
    form = PictureForm()
    if request.method == "POST" and (answer := _uploaded(form)):
        return answer
    find = PictureFilter(request.args)
    page = paged(service.picture_list(find.words.data or ""), page_number(), PER_PAGE)
    uses = service.uses_of(page.items, _texts())
    return render_template("literacy/pictures.html", form=form, find=find, page=page, uses=uses), status_of(form)


def _uploaded(form: PictureForm) -> ResponseReturnValue | None:
    """The answer to an upload; None, with the reason on the form, where a rule says no."""
    file = request.files.get("picture")
    try:
        alt = service.described(form.alt.data or "") if not wants_json() else form.alt.data or ""
        if file is None:
            raise Refused("请选一张图片。", 422, field="picture")
        picture = service.take_in(me(), file.stream.read(MOST_BYTES + 1), file.filename or "", alt)
    except Refused as refused:
        if wants_json():
            raise
        db.session.rollback()
        where = form._fields.get(refused.field or "picture")
        where.errors = [*where.errors, refused.sentence]
        return None
    answer = _told(picture)
    db.session.commit()
    if wants_json():
        return answer
    flash("图片已上传。", "done")
    return go(url_for("literacy.pictures"))


def _told(picture: Picture) -> dict[str, Any]:
    """A picture as the editor's script needs it."""
    address = url_for("literacy.picture", key=picture.hash)
    return {"path": picture.path, "url": address, "alt": picture.alt, "width": picture.width, "height": picture.height}


@blueprint.get("/teach/pictures/choice")
@requires(Permission.AUTHOR)
def picture_choice() -> ResponseReturnValue:
    """The newest pictures, to choose one in the editor (asked for by its script)."""
    page = paged(service.picture_list(PictureFilter(request.args).words.data or ""), page_number(), PER_PAGE)
    return {"pictures": [_told(picture) for picture in page.items], "page": page.page, "pages": page.pages}


@blueprint.post("/teach/pictures/<int:picture_id>/alt")
@requires(Permission.AUTHOR)
def picture_alt(picture_id: int) -> ResponseReturnValue:
    """Say anew what is to be seen on a picture."""

    def act() -> str:
        service.describe(me(), service.picture_for(picture_id), AltForm().alt.data or "")
        flash("说明已保存。", "done")
        return _list_url()

    return done_or_back(act, _list_url())


@blueprint.post("/teach/pictures/<int:picture_id>/delete")
@requires(Permission.AUTHOR)
def picture_delete(picture_id: int) -> ResponseReturnValue:
    """Delete a picture that nothing shows."""

    def act() -> str:
        service.delete(me(), service.picture_for(picture_id), _texts())
        flash("图片已删除。", "done")
        return _list_url()

    return done_or_back(act, _list_url())


def _list_url() -> str:
    return url_for("literacy.pictures", page=page_number() if "page" in request.args else None)


@blueprint.get("/pictures/<string:key>")
@requires(Permission.ACCOUNT)
def picture(key: str) -> Response:
    """A picture, for whoever may read lessons or write them."""
    if not (allows(current_user, Permission.LEARN) or allows(current_user, Permission.AUTHOR)):
        raise Refused(PAGES[403], 403)
    row = service.picture_named(key)
    kind = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}[row.kind]
    answer = send_file(service.file_of(row), mimetype=kind, etag=row.hash, conditional=True)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    # The name says what is in it: it never changes. Only this browser keeps it, for lessons are not public.
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer
