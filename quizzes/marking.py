"""How an answer is marked: from a question's body and a clean draft to a share of the marks and the reasons; pure.

Every mark carries what the result page says: which options were right and why, or the rubric's whole verdict.
"""

import random
import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from quizzes.rubric import Point, ReplyCase, Rubric, Verdict, score_reply
from quizzes.similar import folded


@dataclass(frozen=True)
class Mark:
    """The machine's mark: `fraction` of the question's marks, 0–1, and what it rests on, JSON-safe."""

    fraction: float
    detail: dict[str, Any]


def option_order(seed: int, position: int, count: int, shuffle: bool) -> list[int]:
    """The order in which the indexes 0…count-1 are shown.

    The same arguments give the same order in every process. A shuffled order of two or more is never the author's
    own: an ordering question that is shown solved would ask nothing.
    """
    order = list(range(count))
    if not shuffle or count < 2:
        return order
    draw = random.Random(f"{seed}:{position}")
    while order == list(range(count)):
        draw.shuffle(order)
    return order


def mark(kind: str, body: Mapping[str, Any], draft: Mapping[str, Any] | None) -> Mark:
    """Mark a draft (shapes: `quizzes.drafts`) of any kind but reply.

    * single, truefalse: all or nothing
    * multiple: (right chosen - wrong chosen) / number of right options, not below 0
    * matching: pairs matched rightly / pairs
    * ordering: (longest run of items in their right relative order - 1) / (items - 1)
    * short: the highest fraction of the accepted answers that occur in the text

    Raises KeyError for another kind.
    """
    return _MARKERS[str(kind)](body, draft or {})


def _mark(fraction: float, draft: Mapping[str, Any], detail: Mapping[str, Any]) -> Mark:
    state = "empty" if not draft else "right" if fraction >= 1 else "partial" if fraction > 0 else "wrong"
    return Mark(round(fraction, 6), {"state": state, "feedback": "", **detail})


_PRAISE = re.compile(r"^(?:对|对的|正确|没错|是的|答对了|选对了)[。！，,!：]+\s*")


def without_praise(text: str) -> str:
    """A reason without the 「对。」 that it begins with, for a reader who chose otherwise."""
    return _PRAISE.sub("", text)


def _chosen_rows(body: Mapping[str, Any], chosen: set[int]) -> list[dict[str, Any]]:
    return [
        {
            "chosen": index in chosen,
            "correct": option["correct"],
            "feedback": option["feedback"] if index in chosen else without_praise(option["feedback"]),
        }
        for index, option in enumerate(body["options"])
    ]


def _single(body: Mapping[str, Any], draft: Mapping[str, Any]) -> Mark:
    chosen = {draft["option"]} if draft else set()
    rows = _chosen_rows(body, chosen)
    right = any(row["chosen"] and row["correct"] for row in rows)
    return _mark(float(right), draft, {"options": rows})


def _multiple(body: Mapping[str, Any], draft: Mapping[str, Any]) -> Mark:
    rows = _chosen_rows(body, set(draft.get("options", ())))
    right = sum(row["chosen"] and row["correct"] for row in rows)
    wrong = sum(row["chosen"] and not row["correct"] for row in rows)
    wanted = sum(row["correct"] for row in rows)
    fraction = max(0.0, (right - wrong) / wanted) if wanted else 0.0
    missed = wanted - right
    said = (
        f"选对 {right} 项" + (f"，漏选 {missed} 项" if missed else "") + (f"，错选 {wrong} 项" if wrong else "") + "。"
    )
    return _mark(fraction, draft, {"options": rows, "feedback": said if draft else ""})


def _truefalse(body: Mapping[str, Any], draft: Mapping[str, Any]) -> Mark:
    right = bool(draft) and draft["value"] is body["answer"]
    said = body["feedback_true" if draft["value"] else "feedback_false"] if draft else ""
    reason = "" if right else without_praise(body["feedback_true" if body["answer"] else "feedback_false"])
    return _mark(float(right), draft, {"feedback": said, "reason": reason})


def _matching(body: Mapping[str, Any], draft: Mapping[str, Any]) -> Mark:
    pairs, matches = body["pairs"], draft.get("matches", {})
    rights = [pair["right"] for pair in pairs] + list(body.get("distractors") or [])
    rows = []
    for index, pair in enumerate(pairs):
        chosen = matches.get(str(index))
        # Two lefts may share a right side in words; either is right.
        correct = chosen is not None and rights[chosen] == pair["right"]
        rows.append(
            {
                "left": pair["left"],
                "right": pair["right"],
                "chosen": "" if chosen is None else rights[chosen],
                "correct": correct,
                "feedback": pair["feedback"] if correct else without_praise(pair["feedback"]),
            }
        )
    return _mark(sum(row["correct"] for row in rows) / len(rows), draft, {"pairs": rows})


def longest_run(order: Sequence[int]) -> list[int]:
    """The longest part of `order`, gaps allowed, that ascends (patience sorting, O(n log n))."""
    piles: list[int] = []
    tops: list[int] = []
    before: dict[int, int | None] = {}
    for value in order:
        pile = bisect_left(piles, value)
        before[value] = tops[pile - 1] if pile else None
        if pile == len(piles):
            piles.append(value)
            tops.append(value)
        else:
            piles[pile] = tops[pile] = value
    run: list[int] = []
    value_or_none = tops[-1] if tops else None
    while value_or_none is not None:
        run.append(value_or_none)
        value_or_none = before[value_or_none]
    return run[::-1]


def _ordering(body: Mapping[str, Any], draft: Mapping[str, Any]) -> Mark:
    order: list[int] = draft.get("order", [])
    kept = set(longest_run(order))
    if len(kept) == 1:
        kept = set()  # any single item is "in order"; that earns nothing
    rows = [
        {
            "text": item["text"],
            "placed": order.index(index) + 1 if order else None,
            "correct": index in kept,
            "feedback": item["feedback"] if index in kept else without_praise(item["feedback"]),
        }
        for index, item in enumerate(body["items"])
    ]
    fraction = (len(kept) - 1) / (len(rows) - 1) if kept and len(rows) > 1 else 0.0
    return _mark(fraction, draft, {"items": rows})


def _short(body: Mapping[str, Any], draft: Mapping[str, Any]) -> Mark:
    said = folded(draft.get("text", ""))
    best: Mapping[str, Any] | None = None
    for accepted in body["accept"]:
        if any((words := folded(phrase)) and words in said for phrase in accepted["any"]) and (
            best is None or accepted["fraction"] > best["fraction"]
        ):
            best = accepted
    shown = [accepted["any"][0] for accepted in body["accept"] if accepted["fraction"] >= 1 and accepted["any"]]
    feedback = best["feedback"] if best else body["otherwise"]
    return _mark(best["fraction"] if best else 0.0, draft, {"feedback": feedback, "accepted": shown})


_MARKERS: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any]], Mark]] = {
    "single": _single,
    "multiple": _multiple,
    "truefalse": _truefalse,
    "matching": _matching,
    "ordering": _ordering,
    "short": _short,
}


# Marking again


class Unclear(Exception):  # noqa: N818  it is an answer, not a failure
    """What was entered for one wording of a question cannot be read in another."""


_ALIKE = 0.6
"""From which likeness on two rows in one place count as one row whose words were mended."""


def _places(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Where each row of an old list stands in the new one; rows that are not there any more are left out.

    A row is known by its words. One whose words are gone is the row in the same place if that is new, the lists are
    equally long and the words are much alike: a mended slip of the pen, never another row.
    """
    places = {i: new.index(text) for i, text in enumerate(old) if text in new}
    if len(old) == len(new):
        taken = set(places.values())
        for i, text in enumerate(old):
            if i not in places and i not in taken and SequenceMatcher(None, text, new[i]).ratio() >= _ALIKE:
                places[i] = i
    return places


def _moved(place: int, places: Mapping[int, int]) -> int:
    if place not in places:
        raise Unclear
    return places[place]


def carried(
    kind: str, old: Mapping[str, Any], new: Mapping[str, Any], draft: Mapping[str, Any] | None
) -> dict[str, Any] | None:
    """A draft that was entered for the body `old`, in the places of the body `new`.

    Options may have been added, moved or mended meanwhile. Raises Unclear where what was chosen is not there any more,
    or where something is to be put in order that the learner never saw.
    """
    if not draft or "text" in draft or "value" in draft:
        return dict(draft) if draft else None
    if kind in ("single", "multiple"):
        places = _places([row["text"] for row in old["options"]], [row["text"] for row in new["options"]])
        if "option" in draft:
            return {"option": _moved(draft["option"], places)}
        return {"options": sorted({_moved(option, places) for option in draft["options"]})}
    if kind == "ordering":
        places = _places([row["text"] for row in old["items"]], [row["text"] for row in new["items"]])
        if sorted(places.values()) != list(range(len(new["items"]))):
            raise Unclear
        return {"order": [_moved(item, places) for item in draft["order"] if item in places]}
    lefts = _places([row["left"] for row in old["pairs"]], [row["left"] for row in new["pairs"]])
    rights = _places(
        *([row["right"] for row in one["pairs"]] + list(one.get("distractors") or []) for one in (old, new))
    )
    matches = {
        lefts[int(left)]: _moved(right, rights) for left, right in draft["matches"].items() if int(left) in lefts
    }
    return {"matches": {str(left): matches[left] for left in sorted(matches)}}


def reply_case(scenario: Mapping[str, Any], text: str) -> ReplyCase:
    """A learner's reply to a scenario as the rubric wants it: the citizen's words are post, title and thread."""
    post = scenario["post"]
    said = [
        post.get("title", ""),
        post.get("author", ""),
        post.get("text", ""),
        *(row["text"] for row in scenario["thread"]),
    ]
    return ReplyCase(
        post="\n".join(part for part in said if part),
        reply=text,
        facts=tuple(scenario["facts"]),
        channel=scenario["channel"],
        points=tuple(Point.from_dict(point) for point in scenario["points"]),
        required_elements=tuple(scenario["required_elements"]),
    )


def judged(scenario: Mapping[str, Any], text: str, rubric: Rubric | None = None) -> Verdict:
    """What the rubric (another than the shipped one where it is given) says of a reply to a normalised scenario."""
    return score_reply(reply_case(scenario, text), rubric)


def mark_reply(scenario: Mapping[str, Any], draft: Mapping[str, Any] | None, rubric: Rubric | None = None) -> Mark:
    """Mark a reply to a scenario by the rubric: the fraction is its score in percent, the detail its whole verdict."""
    verdict = judged(scenario, (draft or {}).get("text", ""), rubric)
    return Mark(verdict.score / 100, verdict.as_dict())


def counted_score(fractions_and_marks: Sequence[tuple[float, float]]) -> float:
    """Percent of the marks reached, 0–100, two decimals, from (fraction 0–1, marks) of each question."""
    full = sum(marks for _, marks in fractions_and_marks)
    return round(100 * sum(fraction * marks for fraction, marks in fractions_and_marks) / full, 2) if full else 0.0
