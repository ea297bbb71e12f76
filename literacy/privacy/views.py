"""The pages of personal data: one's own, what is collected, requests, retention, and making somebody anonymous."""

import io
import tempfile

from flask import Response, current_app, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from literacy.access import Permission, requires
from literacy.db import db, now, paged, writes
from literacy.export import BLOCK, IN_MEMORY, disposition
from literacy.forms import asked_for
from literacy.jobs import service as jobs
from literacy.privacy import leaving, packing, retention, service
from literacy.privacy.forms import AnonymiseForm, AnswerForm, CorrectionFilter, CorrectionForm
from literacy.privacy.models import Outcome
from literacy.registry import registry
from literacy.service import people
from literacy.views import common
from literacy.views.base import blueprint

LARGE = 2000
"""Rows from which on the file is made by a job."""


@blueprint.get("/account/data")
@requires(Permission.ACCOUNT)
def my_data() -> ResponseReturnValue:
    """What is stored of the person who is signed in, in words and figures."""
    return render_template(
        "literacy/my_data.html", parts=packing.how_much(common.me()), corrections=service.own(common.me())
    )


@blueprint.get("/account/data/file")
@requires(Permission.ACCOUNT)
@writes
def my_data_file() -> ResponseReturnValue:
    """All of it as a file; where it is much, as a job that makes the file."""
    me = common.me()
    if sum(count for _, count in packing.how_much(me)) > LARGE:
        job = jobs.start(me, "personal_export", "下载我的资料", {}, f"personal-{me.id}")
        db.session.commit()
        return common.go(url_for("literacy.job", job_id=job.id))
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=current_app.config["DATA_FOLDER"])  # noqa: SIM115
    packing.write(me, file)
    packing.note(me)
    name = packing.name_of(me)
    db.session.commit()
    length = file.seek(0, io.SEEK_END)
    file.seek(0)
    answer = Response(iter(lambda: file.read(BLOCK), b""), content_type="application/zip")
    answer.headers["Content-Disposition"] = disposition(name)
    answer.content_length = length
    answer.call_on_close(file.close)
    return answer


@blueprint.route("/account/data/correction", methods=["GET", "POST"])
@requires(Permission.ACCOUNT)
def my_correction() -> ResponseReturnValue:
    """Ask for something to be corrected."""
    form = CorrectionForm()
    form.offer([part.title for part in registry().personal] + ["其他"])
    if request.method == "GET":
        form.about.process_data(request.args.get("about", ""))

    def act() -> str:
        service.ask(common.me(), form.about.data, form.text.data or "")
        flash("已交给管理员，答复会显示在这里。", "done")
        return url_for("literacy.my_data")

    if request.method == "POST" and form.validate() and (answer := common.saved(form, act)):
        return answer
    return render_template("literacy/my_correction.html", form=form), common.status_of(form)


@blueprint.get("/account/collected")
@requires(Permission.ACCOUNT)
def collected() -> ResponseReturnValue:
    """What is collected of anybody, why, on which ground, and for how long."""
    offered = registry()
    return render_template("literacy/collected.html", parts=offered.personal, impersonal=_reasons(offered.impersonal))


def _reasons(impersonal: dict[str, str]) -> list[str]:
    """Each reason once, in their order."""
    return list(dict.fromkeys(impersonal.values()))


@blueprint.get("/manage/corrections")
@requires(Permission.PEOPLE)
def corrections() -> ResponseReturnValue:
    """What people ask to be corrected, those that wait first."""
    form = CorrectionFilter(request.args)
    page = paged(service.corrections(common.me(), **asked_for(form)), common.page_number())
    return render_template("literacy/corrections.html", form=form, page=page)


@blueprint.route("/manage/corrections/<int:row_id>", methods=["GET", "POST"])
@requires(Permission.PEOPLE)
def correction(row_id: int) -> ResponseReturnValue:
    """One request, and the answer to it."""
    row, form = service.correction_for(common.me(), row_id), AnswerForm()

    def act() -> str:
        outcome, said = Outcome(form.outcome.data), form.answer.data or ""
        service.answer(common.me(), row, outcome, said, url_for("literacy.my_data"))
        flash("已答复。", "done")
        return url_for("literacy.corrections")

    if request.method == "POST" and form.validate() and (answer := common.saved(form, act)):
        return answer
    row = service.correction_for(common.me(), row_id)
    return render_template("literacy/correction.html", form=form, row=row), common.status_of(form)


@blueprint.route("/manage/people/<int:user_id>/anonymise", methods=["GET", "POST"])
@requires(Permission.PEOPLE)
def person_anonymise(user_id: int) -> ResponseReturnValue:
    """Make somebody anonymous who has left: what goes and what stays, and the account typed once more."""
    row, form = people.person_for(common.me(), user_id), AnonymiseForm()

    def act() -> str:
        leaving.anonymise(common.me(), row, form.typed.data or "")
        flash("已匿名。成绩和统计还在，不再连着姓名。", "done")
        return url_for("literacy.person", user_id=user_id)

    if request.method == "POST" and form.validate() and (answer := common.saved(form, act)):
        return answer
    row = people.person_for(common.me(), user_id)
    return render_template(
        "literacy/person_anonymise.html",
        form=form,
        person=row,
        hindrance=leaving.hindrance(row),
        parts=[(part, count) for part, count in packing.how_much(row) if count],
    ), common.status_of(form)


@blueprint.get("/manage/retention")
@requires(Permission.INSTALLATION)
def retention_rules() -> ResponseReturnValue:
    """The rules of retention: what goes when, when they last ran, and what would go now."""
    return render_template("literacy/retention_rules.html", standings=retention.standings(now()))
