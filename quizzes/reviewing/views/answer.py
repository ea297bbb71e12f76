"""The trainer goes through one verdict, item by item; the machine's stays beside it. No name stands on the page."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from literacy.access import Permission, requires
from literacy.db import now
from literacy.errors import Refused, wants_json
from literacy.views.common import blame, me, new_key, saved, status_of
from quizzes.models import Answer, Kind
from quizzes.reviewing import sheet
from quizzes.reviewing.forms import RatingForm, chosen_in
from quizzes.reviewing.service import appeals, queue, ratings
from quizzes.reviewing.service.ratings import Said
from quizzes.reviewing.views.queue import kept_of_queue
from quizzes.rubric import Verdict
from quizzes.rubric.relabel import Labels
from quizzes.views.base import blueprint
from quizzes.views.showing import shown_one


@dataclass
class Bench:
    """An answer on the trainer's table: the form, the items, what was added. Items are None for other questions."""

    answer: Answer
    form: RatingForm
    items: Sequence[sheet.Item] | None
    added: Sequence[sheet.Added] = ()

    @property
    def labels(self) -> Labels | None:
        """What form and items say of the reply."""
        return None if self.items is None else sheet.labels(self.items, self.added)

    def said(self) -> Said:
        """All that the trainer says."""
        form = self.form
        return Said(self.labels, form.given_grade, form.given_percent, form.reason.data or "", form.seal.data or "")

    def would_be(self) -> Verdict | None:
        """What follows from it, before anything is kept; None where a grade is not allowed, which the form says."""
        if self.labels is None:
            return None
        try:
            return ratings.would_be(self.answer, self.labels, self.form.given_grade)
        except Refused as refused:
            blame(self.form, refused)
            return None


def _opened(answer: Answer) -> Bench:
    """The bench as a trainer finds it: with what was said last, if anything was."""
    mark = round(answer.counted_fraction * 100, 1)
    if not _is_reply(answer):
        return Bench(answer, RatingForm(None, seal=ratings.seal(answer), percent=mark), None)
    given = {"percent": mark} if answer.override else {}
    detail = answer.judged.detail or {}
    rating = ratings.latest_of([answer]).get(answer.id)
    if rating is None:
        return Bench(answer, RatingForm(None, seal=ratings.seal(answer), **given), sheet.items(detail))
    chosen = sheet.chosen_by(detail, rating.places, rating.elements, rating.points)
    added = sheet.added_by(detail, rating.patterns)
    rows = [{"pattern": one.pattern, "text": one.text} for one in added]
    form = RatingForm(None, seal=ratings.seal(answer), added=rows, reason=rating.reason, **given)
    return Bench(answer, form, sheet.items(detail, chosen), added)


def _handed_in(answer: Answer) -> Bench:
    """The bench as the browser sent it, with what is wrong said on the form."""
    form = RatingForm()
    form.validate()
    if not _is_reply(answer):
        return Bench(answer, form, None)
    added = form.added_to((answer.draft or {}).get("text", ""))
    return Bench(answer, form, sheet.items(answer.judged.detail or {}, chosen_in(request.form)), added)


def _is_reply(answer: Answer) -> bool:
    return answer.question_version.question.kind is Kind.REPLY


@blueprint.route("/teach/review/<int:answer_id>", methods=["GET", "POST"])
@requires(Permission.MARK)
def review_answer(answer_id: int) -> ResponseReturnValue:
    """Agree or not with each finding, element and point; add what was passed over; set the mark; answer the learner."""
    answer = ratings.answer_to_review(me(), answer_id)
    if request.method != "POST":
        return _page(_opened(answer))
    bench, kept = _handed_in(answer), kept_of_queue()
    if open_items := sheet.undecided(bench.items or ()):
        named = "、".join(f"第 {item.key[1:]} 处" for item in open_items)
        bench.form.form_errors.append(f"{named}还没有表态。每一处请选“同意”或“不是”，再保存。")
        return _page(bench, bench.would_be()), 422
    if bench.form.errors or bench.form.row_faults():
        return _page(bench, bench.would_be()), 422

    def act() -> str:
        following = queue.following(answer, **kept, trainer=me())
        ratings.rate(me(), answer_id, bench.said(), now())
        flash("已保存。学员会看到您的判断和理由。", "done")
        if "next" not in request.form:
            return url_for("quizzes.review_answer", answer_id=answer_id, **kept)
        if following is None:
            return url_for("quizzes.review_queue", **kept)
        return url_for("quizzes.review_answer", answer_id=following, **kept)

    if done := saved(bench.form, act):
        return done
    # Whoever was told of somebody else's words has them on the page now, and may save on top of them.
    bench.answer = ratings.answer_to_review(me(), answer_id)
    bench.form.seal.data = ratings.seal(bench.answer)
    return _page(bench, bench.would_be()), status_of(bench.form)


@blueprint.post("/teach/review/<int:answer_id>/preview")
@requires(Permission.MARK)
def review_preview(answer_id: int) -> ResponseReturnValue:
    """What grade and score would follow; nothing is kept. To the page's script as JSON, else as the page."""
    bench = _handed_in(ratings.answer_to_review(me(), answer_id))
    verdict = bench.would_be()
    if not wants_json():
        return _page(bench, verdict)
    if verdict is None:
        return {"said": "", "problem": "".join(str(one) for one in bench.form.grade.errors)}
    return {
        "said": f"{verdict.grade} 级 · {verdict.grade_label}，{verdict.score} 分",
        "problem": "",
        "lines": [[line.label, line.delta, line.running] for line in verdict.arithmetic],
    }


def _page(bench: Bench, preview: Verdict | None = None) -> str:
    answer, kept = bench.answer, kept_of_queue()
    all_appeals = appeals.of_answers([answer])[answer.id]
    return render_template(
        "quizzes/review_answer.html",
        answer=answer,
        attempt=answer.attempt,
        q=shown_one(answer.attempt, answer),
        form=bench.form,
        items=bench.items,
        preview=preview or (bench.would_be() if request.method != "POST" else None),
        appeals=all_appeals,
        waits=any(one.is_open for one in all_appeals),
        reasons=queue.reasons_of(answer, all_appeals[-1] if all_appeals else None),
        look=queue.look_at(answer),
        following=queue.following(answer, **kept, trainer=me()),
        key=new_key(),
        kept=kept,
        opinion=ratings.opinions_on([answer]).get(answer.id),
    )
