"""How far machine and trainers agree, and what trainers said, to take along."""

from io import BytesIO

from flask import Response, render_template, request, send_file
from flask.typing import ResponseReturnValue

from literacy.access import Permission, requires
from literacy.dates import today
from literacy.db import db, writes
from literacy.forms import asked_for
from literacy.views.common import me
from quizzes.reviewing.forms import AgreementFilter
from quizzes.reviewing.service import agreement as agreeing
from quizzes.rubric import load_rubric
from quizzes.views.base import blueprint


def _filter() -> AgreementFilter:
    form = AgreementFilter(request.args)
    form.quiz.offer(agreeing.rated_quizzes(), "全部")
    return form


@blueprint.get("/teach/agreement")
@requires(Permission.MARK_ALL)
def agreement() -> ResponseReturnValue:
    """Label by label: kappa, who gave it, how many cases; and the grades."""
    form = _filter()
    kept = asked_for(form)
    return render_template(
        "quizzes/agreement.html",
        form=form,
        kept=kept,
        found=agreeing.with_machine(**kept),
        grades=load_rubric().grades,
        lines=agreeing.lines(**kept),
    )


@blueprint.get("/teach/agreement/lines")
@requires(Permission.MARK_ALL)
@writes
def agreement_lines() -> Response:
    """The ratings as labelled corpus lines. Who took them is recorded."""
    taken = agreeing.take(me(), **asked_for(_filter()))
    db.session.commit()
    name = f"批阅标注_{today().isoformat()}.jsonl"
    return send_file(BytesIO(taken.as_bytes()), "application/x-ndjson", as_attachment=True, download_name=name)
