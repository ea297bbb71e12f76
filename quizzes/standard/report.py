"""What a draft of the rubric would change: labelled replies, replies of scenarios, past attempts, before and after.

A report is a row; the page that shows it asks for one batch after another, so that a restart loses one batch at most.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload, selectinload

from literacy.db import db, now
from literacy.models import State, User
from literacy.portions import within
from quizzes.marking import judged
from quizzes.models import Answer, SavedReply, Scenario, Submission
from quizzes.rubric import Rubric, Verdict, corpus, load_rubric
from quizzes.rubric.changes import digest_of
from quizzes.rubric.evaluate import Rating, report_on, verdict_on
from quizzes.rubric.instances import touched
from quizzes.rubric.rules import Cue, load_rule_data
from quizzes.service import bench
from quizzes.standard.in_force import compiled, in_force
from quizzes.standard.models import RubricReport, RubricVersion

SAMPLE = 600
"""Labelled replies on which the figures are measured."""
TOUCHED = 400
"""At most so many further labelled replies in which a changed cue's words stand."""
ATTEMPTS = 200
_SCAN = 500
Row = list[Any]
"""[id, patterns, elements, grade before; patterns, elements, grade after]."""


@lru_cache(maxsize=1)
def records() -> dict[str, dict[str, Any]]:
    """The labelled corpus by id, in an order that is mixed but always the same."""
    mixed = sorted(corpus.read(), key=lambda record: hashlib.sha256(str(record["id"]).encode()).digest())
    return {str(record["id"]): record for record in mixed}


def latest(draft: RubricVersion) -> RubricReport | None:
    """The last test of a draft."""
    return db.session.scalars(
        select(RubricReport).where(RubricReport.version_id == draft.id).order_by(RubricReport.id.desc()).limit(1)
    ).first()


def is_stale(row: RubricReport, draft: RubricVersion) -> bool:
    """Whether a test speaks of another draft, or of another version in force, than there is now."""
    return (row.content_hash, row.against_hash) != (
        digest_of(draft.changes, load_rule_data()),
        in_force().content_hash,
    )


def start(author: User, draft: RubricVersion) -> RubricReport:
    """Begin a test of the draft as it is now; one that is under way for the same content is carried on."""
    before, after = in_force(), compiled(draft.changes, draft.number)
    row = latest(draft)
    if row is not None and row.finished_at is None and not is_stale(row, draft):
        return row
    ids = list(records())
    cases: list[Any] = [["scan", at] for at in range(0, len(ids), _SCAN)] if changed_cues(before, after) else []
    cases += [["corpus", id_] for id_ in ids[:SAMPLE]]
    scenarios = select(Scenario.id).where(Scenario.state != State.RETIRED).order_by(Scenario.id)
    cases += [["scenario", id_] for id_ in db.session.scalars(scenarios)]
    answers = (
        select(Answer.id)
        .join(Submission, Submission.attempt_id == Answer.attempt_id)
        .where(Answer.rubric_hash != "")
        .order_by(Answer.id.desc())
        .limit(ATTEMPTS)
    )
    cases += [["answer", id_] for id_ in db.session.scalars(answers)]
    row = RubricReport(
        version_id=draft.id, content_hash=after.content_hash, against_hash=before.content_hash,
        cases=cases, found={}, author_id=author.id,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def changed_cues(before: Rubric, after: Rubric) -> list[tuple[str, Cue]]:
    """The cues that only one of two rubrics has, with the pattern or element that they speak for."""
    found = []
    for kind in ("patterns", "elements"):
        old, new = getattr(before, kind), getattr(after, kind)
        for id_ in new:
            left = {_said(cue): cue for cue in old[id_].cues}
            right = {_said(cue): cue for cue in new[id_].cues}
            found += [(id_, cue) for said, cue in {**left, **right}.items() if (said in left) != (said in right)]
    return found


def _said(cue: Cue) -> tuple[Any, ...]:
    """All that a cue says, for comparing; the words shown to learners change no verdict."""
    phrases = (
        tuple(one.source for one in part) for part in (cue.phrases, cue.near, cue.not_near, cue.said, cue.unsaid)
    )
    return (*phrases, cue.weight, cue.when, cue.unless, cue.denial, cue.quoted, cue.fresh, cue.whole, cue.sure)


@dataclass
class Batch:
    """A stretch of a test that was worked out: from which case to which, and what was found."""

    start: int
    end: int
    touched: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    broken: list[dict[str, Any]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, name: str, by: int = 1) -> None:
        """One more of something."""
        self.counts[name] = self.counts.get(name, 0) + by


class Tester:
    """Works out cases of one test: the rubric in force against the draft's. Reads the database, writes nothing."""

    def __init__(self, row: RubricReport) -> None:
        self.before, self.after = in_force(), compiled(row.version.changes, row.version.number)
        self.cues = [cue for _, cue in changed_cues(self.before, self.after)]
        self.known = records()

    def batch(self, row: RubricReport, seconds: float) -> Batch:
        """The next cases, as many as can be done in about so many seconds; at least one."""
        made = Batch(row.done, row.done)
        for kind, which in within(seconds, row.cases[row.done :]):
            getattr(self, f"_{kind}")(which, made)
            made.end += 1
        return made

    def _scan(self, at: int, made: Batch) -> None:
        part = list(self.known.values())[at : at + _SCAN]
        made.touched += touched(self.cues, part)
        made.count("scanned", len(part))

    def _corpus(self, id_: str, made: Batch) -> None:
        record = self.known.get(id_)
        if record is None:
            return
        before = verdict_on(record, self.before)
        after = verdict_on(record, self.after) if touched(self.cues, [record]) else before
        made.rows.append([id_, *_rating(before), *_rating(after)])
        if _rating(before) != _rating(after):
            better = _distance(record, after) - _distance(record, before)
            sense = "better" if better < 0 else "worse" if better > 0 else ""
            made.changed.append({"kind": "corpus", "ref": id_, "sense": sense, **_change(before, after)})

    def _scenario(self, id_: int, made: Batch) -> None:
        scenario = db.session.get(Scenario, id_, options=(selectinload(Scenario.saved_replies),))
        if scenario is None:
            return
        for one in scenario_changes(scenario, self.before, self.after):
            made.count("saved" if one["saved"] else "examples")
            if one["broken"]:
                made.broken.append(one)
            elif one["differs"]:
                made.count("wrong_before")
            if one["changed"]:
                made.changed.append({"kind": "scenario", "ref": id_, **one})

    def _answer(self, id_: int, made: Batch) -> None:
        answer = db.session.get(Answer, id_, options=(joinedload(Answer.scenario_version),))
        if answer is None or answer.scenario_version is None:
            return
        made.count("answers")
        text = (answer.draft or {}).get("text", "")
        before, after = (judged(answer.scenario_version.body, text, rubric) for rubric in (self.before, self.after))
        if _rating(before) != _rating(after) or before.score != after.score:
            made.changed.append({"kind": "answer", "ref": id_, **_change(before, after)})


def scenario_changes(scenario: Scenario, before: Rubric, after: Rubric) -> Iterable[dict[str, Any]]:
    """The examples and saved replies of a scenario under both rubrics: what each becomes, and whether that is worse."""
    body, replies = scenario.body, scenario.saved_replies
    for old, new in zip(bench.results(body, replies, before), bench.results(body, replies, after), strict=True):
        yield {
            "scenario": scenario.id,
            "title": scenario.title,
            "label": old.case.label,
            "saved": old.case.saved.id if old.case.saved else None,
            "text": old.case.text,
            "differs": new.differs,
            "broken": bool(new.differs) and not old.differs,
            "changed": _rating(old.verdict) != _rating(new.verdict) or old.verdict.score != new.verdict.score,
            **_change(old.verdict, new.verdict),
        }


def _rating(verdict: Verdict) -> list[Any]:
    return [sorted(verdict.patterns), sorted(one.id for one in verdict.elements if one.present), verdict.grade]


def _change(before: Verdict, after: Verdict) -> dict[str, Any]:
    told = {}
    for name, verdict in (("before", before), ("after", after)):
        patterns, elements, grade = _rating(verdict)
        told[name] = {"patterns": patterns, "elements": elements, "grade": grade, "score": verdict.score}
    places = [finding.text for finding in after.findings if finding.pattern not in before.patterns]
    places += [finding.text for finding in before.findings if finding.pattern not in after.patterns]
    return {**told, "places": list(dict.fromkeys(places))[:3]}


def _distance(record: Mapping[str, Any], verdict: Verdict) -> int:
    """How many labels a verdict has wrong, patterns before all."""
    patterns, elements, _ = _rating(verdict)
    return 3 * len(set(patterns) ^ set(record["patterns"])) + len(set(elements) ^ set(record["elements"]))


def keep(row_id: int, made: Batch) -> None:
    """Store a batch, unless somebody else's page stored the same one first."""
    row = db.session.get_one(RubricReport, row_id, populate_existing=True)
    if row.done != made.start or made.end == made.start:
        return
    found = {
        name: [*row.found.get(name, []), *getattr(made, name)] for name in ("rows", "changed", "broken", "touched")
    }
    counts = dict(row.found.get("counts", {}))
    for name, number in made.counts.items():
        counts[name] = counts.get(name, 0) + number
    cases = list(row.cases)
    scans = sum(kind == "scan" for kind, _ in cases)
    if made.start < scans <= made.end:
        sampled = {which for kind, which in cases if kind == "corpus"}
        cases += [["corpus", id_] for id_ in found["touched"] if id_ not in sampled][:TOUCHED]
    over = made.end == len(cases)
    result = _result(found, row) if over else {}
    db.session.execute(
        update(RubricReport)
        .where(RubricReport.id == row_id, RubricReport.done == made.start)
        .values(
            done=made.end, cases=cases, found={**found, "counts": counts, "result": result},
            finished_at=now() if over else None,
        )
    )  # fmt: skip


def _result(found: Mapping[str, Any], row: RubricReport) -> dict[str, Any]:
    """The figures of the fixed sample before and after, and how the labels that were changed fare where it matters."""
    known, rubric = records(), load_rubric()
    sample = set(list(known)[:SAMPLE])
    rows = [one for one in found["rows"] if one[0] in known]
    measured = [one for one in rows if one[0] in sample]
    words = set(found["touched"])
    result: dict[str, Any] = {"sample": len(measured), "touched": len(words)}
    if measured:
        result |= {"before": _figures(measured, 1, rubric), "after": _figures(measured, 4, rubric)}
    met = [one for one in rows if one[0] in words]
    result["met"] = len(met)
    laid = (in_force(), compiled(row.version.changes, row.version.number))
    owners = dict.fromkeys(owner for owner, _ in changed_cues(*laid))
    result["owners"] = [{"id": id_, "before": _counts(id_, met, 1), "after": _counts(id_, met, 4)} for id_ in owners]
    return result


def _figures(rows: Sequence[Row], at: int, rubric: Rubric) -> dict[str, Any]:
    known = records()
    told = report_on(
        [(known[row[0]], Rating(frozenset(row[at]), frozenset(row[at + 1]), row[at + 2])) for row in rows], rubric
    ).as_dict()
    return {
        name: told[name] for name in ("micro", "redline", "elements_micro", "kappa", "false_grave", "false_serious")
    } | {"patterns": told["patterns"]}


def _counts(label: str, rows: Sequence[Row], at: int) -> dict[str, int]:
    known = records()
    told = {"right": 0, "false": 0, "missed": 0}
    for row in rows:
        record = known[row[0]]
        true = label in record["patterns"] or label in record["elements"]
        given = label in row[at] or label in row[at + 1]
        if true or given:
            told["right" if true and given else "false" if given else "missed"] += 1
    return told


def broken(row: RubricReport, draft: RubricVersion) -> list[dict[str, Any]]:
    """The saved replies and examples that come out worse, those kept or changed since the test included."""
    told = {(one["scenario"], one["label"]): one for one in row.found.get("broken", [])}
    fresh = select(SavedReply.scenario_id).where(SavedReply.changed_at >= row.created_at).distinct()
    changed = (
        select(Scenario)
        .where(Scenario.state != State.RETIRED, (Scenario.id.in_(fresh)) | (Scenario.changed_at >= row.created_at))
        .order_by(Scenario.id)
    )
    before, after = in_force(), compiled(draft.changes, draft.number)
    for scenario in db.session.scalars(changed.options(selectinload(Scenario.saved_replies))):
        told = {key: one for key, one in told.items() if key[0] != scenario.id}
        told |= {(scenario.id, one["label"]): one for one in scenario_changes(scenario, before, after) if one["broken"]}
    return list(told.values())


def texts_of(changes: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Changed verdicts with the reply they are about. Replies of learners are read where they stand, without a name."""
    listed = [dict(one) for one in changes]
    wanted = [one["ref"] for one in listed if one["kind"] == "answer"]
    answers = {row.id: row for row in db.session.scalars(select(Answer).where(Answer.id.in_(wanted)))} if wanted else {}
    for one in listed:
        if one["kind"] == "corpus":
            record = records().get(one["ref"], {})
            one |= {"text": record.get("reply", ""), "post": record.get("post", ""), "label": one["ref"]}
            one |= {"true": record.get("patterns", []), "true_grade": record.get("grade")}
        elif one["kind"] == "answer":
            answer = answers.get(one["ref"])
            one["text"] = ((answer.draft or {}).get("text") if answer else "") or "（这份作答已经不在了）"
    return listed
