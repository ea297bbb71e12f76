"""The rubric to read: in force, as a version, and the labelled replies behind it."""

from typing import Any

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from literacy.access import Permission, requires
from literacy.db import paged
from literacy.errors import NotFound
from literacy.views.common import done_or_back, me, new_key, page_number, saved, status_of
from quizzes.marked import Mark, stretches
from quizzes.rubric import Rubric, load_rubric
from quizzes.rubric.evaluate import verdict_on
from quizzes.rubric.rules import load_rule_data
from quizzes.standard import files, service, telling
from quizzes.standard.examples import examples_of
from quizzes.standard.forms import FileForm
from quizzes.standard.in_force import compiled, in_force, number_of
from quizzes.standard.models import RubricVersion
from quizzes.standard.report import records
from quizzes.views.base import blueprint


def rubric_of(version: RubricVersion | None) -> Rubric:
    """The rubric of a version over the files as they are now."""
    return compiled(version.changes, version.number) if version else load_rubric()


@blueprint.get("/teach/rubric")
@requires(Permission.AUTHOR)
def rubric() -> ResponseReturnValue:
    """The whole rubric in force on one page."""
    version = service.current()
    laid = service.laid(version)
    return render_template(
        "quizzes/rubric.html",
        rubric=in_force(), version=version, draft=service.open_draft(), laid=laid, levels=telling.LEVELS,
        figures=telling.figures_shown(laid), conflicts=conflicts_shown(version), act_key=new_key(),
    )  # fmt: skip


def conflicts_shown(version: RubricVersion | None) -> list[tuple[telling.ChangeShown, str]]:
    """Where the files moved on beneath a version, in words."""
    told = {conflict.at: conflict.sentence for conflict in service.conflicts(version)}
    shown = telling.changes_shown(version.changes) if version and told else []
    return [(change, told[change.at]) for change in shown if change.at in told]


@blueprint.get("/teach/rubric/<any(patterns,elements):kind>/<string:owner>")
@requires(Permission.AUTHOR)
def rubric_owner(kind: str, owner: str) -> ResponseReturnValue:
    """A pattern or an element of the rubric in force, every cue in words, with replies in which it fires."""
    return owner_page(kind, owner, service.current(), None)


def owner_page(kind: str, owner: str, version: RubricVersion | None, draft: RubricVersion | None) -> str:
    """The page of a pattern or element of a version; with a draft given, the page to change it."""
    made = rubric_of(version)
    parts: Any = getattr(made, kind)
    if owner not in parts:
        raise NotFound
    laid = service.laid(version)
    examples = examples_of(owner, laid.cues[owner], made)
    return render_template(
        "quizzes/rubric_owner.html",
        kind=kind, one=parts[owner], draft=draft, version=version, levels=telling.LEVELS, grading=made.grading,
        structural=telling.STRUCTURAL.get(owner, ""), act_key=new_key(), waiting=None in examples.values(),
        cues=telling.cues_shown(owner, laid, version.changes if version else {}, examples),
        unheard=[telling.condition_words(name) for name in getattr(parts[owner], "unheard", ())],
        surer=[telling.condition_words(name) for name in getattr(parts[owner], "surer", ())],
    )  # fmt: skip


@blueprint.get("/teach/rubric/corpus/<string:record_id>")
@requires(Permission.AUTHOR)
def rubric_example(record_id: str) -> ResponseReturnValue:
    """A labelled reply in full: what people said of it, and what the rubric in force says."""
    record = records().get(record_id)
    if record is None:
        raise NotFound
    made = in_force()
    verdict = verdict_on(record, made)
    marks = [Mark(one.start, one.end, one.level, number) for number, one in enumerate(verdict.findings, start=1)]
    return render_template(
        "quizzes/rubric_example.html",
        record=record, verdict=verdict.as_dict(), findings=list(verdict.findings),
        pieces=stretches(record["reply"], marks), names=telling.names_of(made),
    )  # fmt: skip


@blueprint.get("/teach/rubric/versions")
@requires(Permission.AUTHOR)
def rubric_versions() -> ResponseReturnValue:
    """Every version there was."""
    return render_template(
        "quizzes/rubric_versions.html",
        page=paged(service.version_list(), page_number()), current=service.current(), base=load_rubric().version,
    )  # fmt: skip


@blueprint.get("/teach/rubric/versions/<int:version_id>")
@requires(Permission.AUTHOR)
def rubric_version(version_id: int) -> ResponseReturnValue:
    """A version: who changed what, when and why."""
    version = service.version_for(version_id)
    return render_template(
        "quizzes/rubric_version.html",
        version=version, changes=telling.changes_shown(version.changes), current=service.current(),
        draft=service.open_draft(), marked=request.args.get("hash", ""), act_key=new_key(),
        base=load_rule_data().digest,
    )  # fmt: skip


@blueprint.get("/teach/rubric/marked/<string:stamp>")
@requires(Permission.AUTHOR)
def rubric_marked(stamp: str) -> ResponseReturnValue:
    """The version that an answer was marked by, as it stands on the answer."""
    number = number_of(stamp)
    if number is None:
        return render_template(
            "quizzes/rubric_marked.html", stamp=stamp, base=load_rubric().version,
            same=request.args.get("hash", "") == load_rule_data().digest,
        )  # fmt: skip
    return rubric_version(service.version_by_number(number).id)


@blueprint.get("/teach/rubric/versions/<int:version_id>/file")
@requires(Permission.AUTHOR)
def rubric_version_file(version_id: int) -> ResponseReturnValue:
    """The changes of a version as a YAML file."""
    version = service.version_for(version_id)
    answer = Response(files.written(version), content_type="application/yaml; charset=utf-8")
    answer.headers["Content-Disposition"] = f"attachment; filename=rubric-{version.stamp}.yaml"
    return answer


@blueprint.post("/teach/rubric/versions/<int:version_id>/begin")
@requires(Permission.AUTHOR)
def rubric_version_begin(version_id: int) -> ResponseReturnValue:
    """Open a draft with the changes of a version: to go back to it, or to go on from it."""

    def act() -> str:
        version = service.version_for(version_id)
        service.begin(me(), version, label=f"回到{version.label}"[:60])
        flash("草稿已开好，内容和那一版一样。测过以后就可以发布。", "done")
        return url_for("quizzes.rubric_draft")

    return done_or_back(act, url_for("quizzes.rubric_version", version_id=version_id))


@blueprint.route("/teach/rubric/import", methods=["GET", "POST"])
@requires(Permission.AUTHOR)
def rubric_import() -> ResponseReturnValue:
    """Open a draft with the changes out of a file."""
    form = FileForm()
    if request.method == "POST" and form.validate():

        def act() -> str:
            sent = request.files.get("file")
            label, changes = files.read(sent.read(files.LARGEST + 1) if sent else b"")
            service.begin(me(), None, changes, label)
            flash(f"已读入 {len(changes)} 处改动，成了一份草稿。", "done")
            return url_for("quizzes.rubric_draft")

        if answer := saved(form, act):
            return answer
    return render_template("quizzes/rubric_import.html", form=form), status_of(form)
