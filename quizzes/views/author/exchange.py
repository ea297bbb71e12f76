"""The trainer's pages of question banks in files: upload, preview, import; and download."""

import hashlib
from typing import Any

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from literacy.access import Permission, requires
from literacy.dates import today
from literacy.db import Page, db, paged, reading, writes
from literacy.errors import NotFound
from literacy.export import disposition
from literacy.once import once
from literacy.views.common import go, kept_filter, narrowed_by, status_of
from quizzes.exchange import formats
from quizzes.exchange.examples import EXAMPLES
from quizzes.exchange.item import Fault
from quizzes.exchange.models import QuestionImport
from quizzes.exchange.record import WRITTEN
from quizzes.exchange.sheet import workbook
from quizzes.forms.authoring.exchange import ConfirmForm, ImportForm
from quizzes.forms.authoring.filters import QuestionFilter
from quizzes.models import Kind
from quizzes.service import exchange as service
from quizzes.views.author import common
from quizzes.views.author.preview import preview_of_item
from quizzes.views.base import blueprint

PER_PAGE = 20
KINDS = {kind.value: kind.label for kind in Kind if kind in WRITTEN}
FILTERS = ("words", "state", "kind", "competency")


@blueprint.route("/teach/questions/import", methods=["GET", "POST"])
@requires(Permission.AUTHOR)
def author_question_import() -> ResponseReturnValue:
    """Choose a file of questions."""
    form = ImportForm()
    if request.method == "POST" and form.validate() and (answer := _uploaded(form)):
        return answer
    page = paged(service.imports_of(common.author()), common.page_number(), 10)
    shown = render_template("quizzes/author_question_import.html", form=form, page=page, formats=formats.FORMATS)
    return shown, status_of(form)


def _uploaded(form: ImportForm) -> ResponseReturnValue | None:
    """Read the file and keep what it holds; None, with the reason beside the field, where it is no question bank."""
    data, name = form.file.data.read(), form.file.data.filename or ""
    # Reading takes a while: other writers must not wait for it.
    db.session.commit()
    chosen = formats.recognised(data, name)
    if isinstance(chosen, Fault):
        form.file.errors = [chosen.sentence]
        return None
    bank = formats.read(chosen, data)
    if not bank.items and [fault.place for fault in bank.faults] == [""]:
        form.file.errors = [bank.faults[0].sentence]
        return None
    columns = {"competency": form.competency.data or "", "difficulty": form.difficulty.data}

    def act() -> str:
        row = service.keep(common.author(), name, chosen, bank, data, **columns)
        return url_for("quizzes.author_question_import_preview", import_id=row.id)

    # Another file under the same key, after the browser's back button, is another upload.
    key = hashlib.sha256(common.key_of(form).encode() + hashlib.sha256(data).digest()).hexdigest()
    target = once(key, act)
    db.session.commit()
    return go(target)


@blueprint.get("/teach/questions/import/template/<string:form>")
@requires(Permission.AUTHOR)
def author_question_import_template(form: str) -> ResponseReturnValue:
    """A file to fill in, with one example of each kind."""
    chosen = formats.by_id(form)
    if chosen is None:
        raise NotFound
    data = workbook.template() if form == "xlsx" else formats.write(chosen, EXAMPLES)
    return _file(data, chosen, "题目模板")


def _file(data: bytes, chosen: formats.Format, name: str) -> Response:
    answer = Response(data, content_type=chosen.content_type)
    answer.headers["Content-Disposition"] = disposition(f"{name}{chosen.endings[0]}")
    return answer


@blueprint.get("/teach/questions/import/<int:import_id>")
@requires(Permission.AUTHOR)
def author_question_import_preview(import_id: int) -> ResponseReturnValue:
    """What a file holds: everything that is wrong with it, and every question as it will look."""
    row = service.import_for(common.author(), import_id)
    return render_template("quizzes/author_question_import_preview.html", row=row, **_shown(row))


def _shown(row: QuestionImport) -> dict[str, Any]:
    known = {} if row.done_at else service.alike(row.items)
    total = len(row.items)
    page = min(max(1, common.page_number()), max(1, -(-total // PER_PAGE)))
    first = (page - 1) * PER_PAGE
    part = [
        (item, preview_of_item(item, number + 1), known.get(number))
        for number, item in enumerate(row.items[first : first + PER_PAGE], start=first)
    ]
    return {
        "page": Page(part, page, total, PER_PAGE),
        "stops": [fault for fault in row.faults if fault["stops"]],
        "notes": [fault for fault in row.faults if not fault["stops"]],
        "same": sum(one.same for one in known.values()),
        "unreasoned": service.unreasoned(row.items),
        "chosen": formats.by_id(row.format),
        "kinds": KINDS,
        "form": ConfirmForm(None),
    }


@blueprint.post("/teach/questions/import/<int:import_id>/explain")
@requires(Permission.AUTHOR)
def author_question_import_explain(import_id: int) -> ResponseReturnValue:
    """Say what the file's codes of question types mean."""
    target = url_for("quizzes.author_question_import_preview", import_id=import_id)

    def act() -> str:
        row = service.import_for(common.author(), import_id, writing=True)
        chosen = {code: request.form.get(f"code-{code}", "") for code in row.codes}
        service.explain(row, {code: Kind(kind) for code, kind in chosen.items() if kind in KINDS})
        return target

    return common.done_or_back(act, target)


@blueprint.post("/teach/questions/import/<int:import_id>/confirm")
@requires(Permission.AUTHOR)
def author_question_import_confirm(import_id: int) -> ResponseReturnValue:
    """Make drafts of all questions of the file."""
    target = url_for("quizzes.author_question_import_preview", import_id=import_id)

    def act() -> str:
        row = service.import_for(common.author(), import_id, writing=True)
        new = row.done_at is None
        count = service.carry_out(common.author(), row, skip_same=bool(ConfirmForm().skip_same.data))
        if new:
            flash(f"已导入 {count} 道题目，都是草稿。", "done")
        return target

    return common.done_or_back(act, target)


@blueprint.post("/teach/questions/import/<int:import_id>/discard")
@requires(Permission.AUTHOR)
def author_question_import_discard(import_id: int) -> ResponseReturnValue:
    """Forget the file."""
    target = url_for("quizzes.author_question_import")

    def act() -> str:
        service.discard(service.import_for(common.author(), import_id, writing=True))
        flash("已放弃，题库没有变。", "done")
        return target

    return common.done_or_back(act, target)


@blueprint.get("/teach/questions/download")
@requires(Permission.AUTHOR)
def author_question_download() -> ResponseReturnValue:
    """Which kind of file to take the filtered questions in, and what each cannot carry."""
    form = QuestionFilter(request.args)
    items = service.items_of(**_narrowed(form))
    offers = [(one, formats.lost(one, items)) for one in formats.FORMATS]
    return render_template(
        "quizzes/author_question_download.html", offers=offers, count=len(items), kept=kept_filter(form),
        narrowed=narrowed_by(form),
    )  # fmt: skip


@blueprint.get("/teach/questions/download/<string:form>")
@requires(Permission.AUTHOR)
@writes
def author_question_download_file(form: str) -> ResponseReturnValue:
    """The filtered questions as a file; who took them is recorded."""
    chosen = formats.by_id(form)
    if chosen is None:
        raise NotFound
    narrowing = QuestionFilter(request.args)
    db.session.commit()
    with reading():
        items = service.items_of(**_narrowed(narrowing))
        db.session.rollback()
    data = formats.write(chosen, items)
    service.note_download(common.author(), chosen, items, narrowed_by(narrowing))
    db.session.commit()
    return _file(data, chosen, f"题目_{today().isoformat()}")


def _narrowed(form: QuestionFilter) -> dict[str, str]:
    return common.filled(form, *FILTERS)
