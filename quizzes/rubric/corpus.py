"""The labelled corpus: what a record is, what is wrong with one, how far two raters agree.

A record is a JSON object: ``id, channel, post, facts, reply, patterns, spans [{pattern, text}], elements, grade`` and
maybe ``note``. The labels follow the guidelines for raters; the note gives the answer away, so it is no input.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quizzes.rubric.normalise import fold

FOLDER = Path(__file__).with_name("corpus")
CHANNELS = frozenset({"留言板", "微博", "抖音评论", "12345", "社区群", "政务号私信", "公众号留言"})
REDLINE = frozenset({"insult", "threat", "suppression", "privacy_leak", "discrimination"})
SERIOUS = frozenset(
    {"buck_passing", "blame", "condescension", "labeling", "coldness", "stonewalling", "dismissive_denial"}
)
MINOR = frozenset(
    {"boilerplate", "non_answer", "transfer_only", "overpromise", "vague_timing", "template_error", "flippancy"}
)
PATTERNS = REDLINE | SERIOUS | MINOR
ELEMENTS = frozenset({"acknowledge", "restate", "basis", "action", "owner", "deadline", "contact", "follow_up"})
_TEXTS = ("id", "channel", "post", "reply")
_SHINGLE = 7
_FEWEST_SHINGLES = 6
"""Whose reply has fewer says a date or a formula, which stands in many others."""
_ALIKE = 0.5


def read(folder: Path = FOLDER) -> list[dict[str, Any]]:
    """All records of a folder's ``*.jsonl`` files, in the order of the file names.

    Raises ``ValueError`` naming file and line where a line is no JSON object.
    """
    return [record for path in sorted(folder.glob("*.jsonl")) for record in read_file(path)]


def read_file(path: Path) -> list[dict[str, Any]]:
    """The records of one file; raises ``ValueError`` naming the line that is no JSON object."""
    records = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        if not isinstance(record, dict):
            raise ValueError(f"{path.name}:{number} is no JSON object")
        records.append(record)
    return records


@dataclass(frozen=True)
class Sentence:
    """One sentence out of a reply that nobody wrote in full: it shows these patterns, or (if none) only looks like it.

    ``near``: the pattern that an innocent sentence is like.
    """

    text: str
    patterns: frozenset[str]
    near: str = ""


def read_sentences(folder: Path = FOLDER / "sentences") -> list[Sentence]:
    """The single sentences of ``*.tsv`` files: ``pattern,pattern<tab>sentence``, or ``-pattern<tab>sentence``.

    Raises ``ValueError`` naming the line that is neither, or that names an unknown pattern.
    """
    return [
        _sentence(line, f"{path.name}:{number}")
        for path in sorted(folder.glob("*.tsv"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if line.strip()
    ]


def _sentence(line: str, place: str) -> Sentence:
    head, _, text = line.partition("\t")
    innocent = head.startswith("-")
    names = frozenset(head.removeprefix("-").split(","))
    if not text.strip() or names - PATTERNS or (innocent and len(names) > 1):
        raise ValueError(f"{place} is no sentence with its patterns")
    return Sentence(text.strip(), frozenset() if innocent else names, *(names if innocent else ()))


def problems(record: Mapping[str, Any]) -> list[str]:
    """What is wrong with a record's shape or with its labels taken together, in English; empty if nothing."""
    found = [f"{key}: a text is needed" for key in _TEXTS if not isinstance(record.get(key), str) or not record[key]]
    for key in ("facts", "patterns", "spans", "elements"):
        if not isinstance(record.get(key), list):
            found.append(f"{key}: a list is needed")
    if found:
        return found
    if fold(record["channel"]) not in CHANNELS:
        found.append(f"channel: {record['channel']} is none")
    return [*found, *_label_problems(record), *_span_problems(record), *_grade_problems(record)]


def _label_problems(record: Mapping[str, Any]) -> Iterator[str]:
    for key, known in (("patterns", PATTERNS), ("elements", ELEMENTS)):
        if unknown := set(record[key]) - known:
            yield f"{key}: {sorted(unknown)} unknown"
        if len(set(record[key])) < len(record[key]):
            yield f"{key}: one stands twice"


def _span_problems(record: Mapping[str, Any]) -> Iterator[str]:
    for span in record["spans"]:
        if span.get("pattern") not in record["patterns"]:
            yield f"spans: {span.get('pattern')} is not among the patterns"
        if not span.get("text") or span["text"] not in record["reply"]:
            yield f"spans: {span.get('text')!r} does not stand in the reply"
    if bare := set(record["patterns"]) - {span.get("pattern") for span in record["spans"]}:
        yield f"spans: none for {sorted(bare)}"


def _grade_problems(record: Mapping[str, Any]) -> Iterator[str]:
    grade, patterns = record.get("grade"), set(record["patterns"])
    if not isinstance(grade, int) or isinstance(grade, bool) or not 0 <= grade <= 4:
        yield "grade: 0 to 4 is needed"
    elif patterns & REDLINE and grade:
        yield "grade: a red line is 0"
    elif patterns & SERIOUS and grade > 1:
        yield "grade: a serious pattern is at most 1"
    elif patterns and grade > 2:
        yield "grade: any pattern is at most 2"


def near_doubles(records: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, float]]:
    """Pairs of replies that share most of their wording: (id, id, share 0–1), the most alike first.

    Two replies are alike if half of the shorter one's runs of seven characters stand in the other; a reply of a dozen
    characters is like none. Replies to the same post may be: there, one altered sentence that changes the verdict is
    what teaches most.
    """
    shingles = [_shingles(record["reply"]) for record in records]
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for index, own in enumerate(shingles):
        for shingle in own if len(own) >= _FEWEST_SHINGLES else ():
            holders[shingle].append(index)
    shared: Counter[tuple[int, int]] = Counter()
    for indexes in holders.values():
        if len(indexes) < 40:  # what forty replies share is a formula, not a copy
            shared.update((left, right) for at, left in enumerate(indexes) for right in indexes[at + 1 :])
    pairs = [
        (str(records[left]["id"]), str(records[right]["id"]), count / min(len(shingles[left]), len(shingles[right])))
        for (left, right), count in shared.items()
        if records[left]["post"] != records[right]["post"]
    ]
    return sorted((pair for pair in pairs if pair[2] >= _ALIKE), key=lambda pair: -pair[2])


def _shingles(text: str) -> frozenset[str]:
    folded = "".join(fold(text).split())
    return frozenset(folded[at : at + _SHINGLE] for at in range(max(0, len(folded) - _SHINGLE + 1)))


def fingerprint(records: Iterable[Mapping[str, Any]], sentences: Iterable[Sentence] = ()) -> str:
    """SHA-256 of labelled records and sentences, whatever their order: tells whether models know this very corpus."""
    lines = sorted(json.dumps(record, ensure_ascii=False, sort_keys=True) for record in records)
    lines += sorted(f"{','.join(sorted(one.patterns))}\t{one.near}\t{one.text}" for one in sentences)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def census(records: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """How many records there are of each grade, pattern, element and channel."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("grade", "patterns", "elements", "channel")}
    for record in records:
        counts["grade"][str(record["grade"])] += 1
        counts["channel"][fold(record["channel"])] += 1
        counts["patterns"].update(record["patterns"])
        counts["elements"].update(record["elements"])
    return {name: dict(sorted(counter.items())) for name, counter in counts.items()}


def cohens_kappa(pairs: Sequence[tuple[bool, bool]]) -> float:
    """Agreement of two raters on a yes-or-no label beyond chance (Cohen 1960): 1 perfect, 0 chance, 1 if all agree."""
    count = len(pairs)
    if not count:
        return 1.0
    agreed = sum(left == right for left, right in pairs) / count
    first, second = (sum(pair[rater] for pair in pairs) / count for rater in (0, 1))
    chance = first * second + (1 - first) * (1 - second)
    return (agreed - chance) / (1 - chance) if chance < 1 else 1.0


def matched(
    records: Sequence[Mapping[str, Any]], others: Sequence[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """The two ratings of every reply that both sides rated, by id."""
    second = {record["id"]: record for record in others}
    return [(record, second[record["id"]]) for record in records if record["id"] in second]


def agreement(
    records: Sequence[Mapping[str, Any]], others: Sequence[Mapping[str, Any]]
) -> dict[str, tuple[float, int, int]]:
    """For each pattern and element the kappa of two ratings of the same replies, and how often either rater gave it.

    Records are matched by id; ids that only one side has are left out. Gives {label: (kappa, first, second)}.
    """
    both = matched(records, others)
    table = {}
    for key, labels in (("patterns", PATTERNS), ("elements", ELEMENTS)):
        for label in sorted(labels):
            pairs = [(label in left[key], label in right[key]) for left, right in both]
            table[label] = (cohens_kappa(pairs), sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs))
    return table
