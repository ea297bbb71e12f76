"""The settings of the installation: all of them at a glance, and a form for each group."""

from flask import Response, flash, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from literacy.access import Permission, public, requires, takes
from literacy.config import MEBIBYTE
from literacy.errors import NotFound, Refused
from literacy.pictures import service as pictures
from literacy.pictures.recoding import MOST_BYTES
from literacy.settings import reading, service
from literacy.settings.forms import LogoForm, SettingsForm, form_for, wanted
from literacy.settings.kinds import Kind, Setting, told
from literacy.views import common
from literacy.views.base import blueprint

KINDS = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}


@blueprint.get("/manage/settings")
@requires(Permission.INSTALLATION)
def settings() -> ResponseReturnValue:
    """All settings with their values, group by group."""
    shown = [(key, group, [_line(one) for one in service.settings_of(key)]) for key, group in service.groups()]
    return render_template("literacy/settings.html", groups=shown)


def _line(setting: Setting) -> dict:
    """A setting as a line of words: what it is, where that comes from, what it would be without."""
    value = reading.value(setting.key)
    return {
        "setting": setting,
        "value": told(setting, value),
        "default": told(setting, setting.default),
        "fixed": reading.fixed(setting),
        "changed": value != setting.default,
    }


@blueprint.route("/manage/settings/<string:group>", methods=["GET", "POST"])
@requires(Permission.INSTALLATION)
def settings_group(group: str) -> ResponseReturnValue:
    """The form of one group."""
    shown = service.group_for(group)
    own = service.settings_of(group)
    free = [setting for setting in own if not reading.fixed(setting)]
    form = form_for(free)(data=None if request.method == "POST" else _data_of(free))
    if request.method == "POST" and form.validate() and (answer := _changed(form, group, free)):
        return answer
    newer = request.method == "POST" and form.seen.data != service.stamp(own)
    form.seen.data = service.stamp(own)
    page = render_template(
        "literacy/settings_group.html",
        form=form,
        key=group,
        group=shown,
        lines=[_line(setting) for setting in own],
        newer=newer,
        logo=LogoForm(None),
        button_key=common.new_key(),
    )
    return page, common.status_of(form)


def _data_of(settings: list[Setting]) -> dict:
    return {setting.key: reading.value(setting.key) for setting in settings if setting.kind is not Kind.SECRET}


def _changed(form: SettingsForm, group: str, free: list[Setting]) -> ResponseReturnValue | None:
    def act() -> str:
        labels = service.change(common.me(), wanted(form, free), (group, form.seen.data or ""))
        flash(f"已保存：{'、'.join(labels)}。现在就起作用。" if labels else "没有要改的，都和原来一样。", "done")
        return url_for("literacy.settings_group", group=group)

    return common.saved(form, act)


@blueprint.post("/manage/settings/school/logo")
@requires(Permission.INSTALLATION)
@takes(MOST_BYTES // MEBIBYTE + 1)
def settings_logo() -> ResponseReturnValue:
    """Make a picture the school's sign."""
    back = url_for("literacy.settings_group", group="school")
    file = request.files.get("logo")

    def act() -> str:
        if file is None or not file.filename:
            raise Refused("请选一张图片，再按“上传标志”。")
        service.set_logo(common.me(), file.stream.read(MOST_BYTES + 1), file.filename)
        flash("标志已换好，每一页上都是新的。", "done")
        return back

    return common.done_or_back(act, back)


@blueprint.post("/manage/settings/school/logo/remove")
@requires(Permission.INSTALLATION)
def settings_logo_remove() -> ResponseReturnValue:
    """Show no sign any more."""
    back = url_for("literacy.settings_group", group="school")

    def act() -> str:
        service.change(common.me(), {"school_logo": ""})
        flash("标志已去掉，只显示名称。", "done")
        return back

    return common.done_or_back(act, back)


@blueprint.get("/school-logo")
@public
def school_logo() -> Response:
    """The school's sign; public, because the sign-in page shows it."""
    key = reading.value("school_logo")
    if not key:
        raise NotFound
    row = pictures.picture_named(key)
    answer = send_file(pictures.file_of(row), mimetype=KINDS[row.kind], etag=row.hash, conditional=True)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer
