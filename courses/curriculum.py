"""Whether the curriculum that comes with the product is whole, beyond each file being sound.

What a school's own files may lack, the shipped ones may not: these rules are checked by `content check`, not by a sync.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import quizzes.content
from courses import content, prose
from courses.models import ActivityKind
from literacy.content import Entry, Problem, Reader, read_yaml, readers, split_front_matter
from quizzes.bodies import normalised_scenario
from quizzes.competencies import COMPETENCIES
from quizzes.examples import example_problems
from quizzes.models import Kind
from quizzes.names import real_names

LESSON_LENGTH = (600, 1200)
"""汉字 of a lesson, without footnotes: what a busy official reads in one go."""
LESSONS_PER_MODULE = (2, 4)
QUESTIONS_PER_COMPETENCY = 12
SCENARIOS_PER_COMPETENCY = 4
INVENTED = ("expressions", "questions", "quizzes", "scenarios")
"""Folders in which nothing real is named."""
CASES = "cases.yaml"


@dataclass(frozen=True)
class Curriculum:
    """All content files, read once."""

    quizzed: quizzes.content.Files
    taught: content.Files

    @classmethod
    def read(cls, root: Path | None = None) -> "Curriculum":
        """The shipped files, or those of another project folder."""
        quizzed = quizzes.content.Files(root / "quizzes/content") if root else quizzes.content.Files()
        linked = content.Quizzed.of(quizzed)
        taught = content.Files(linked, root / "courses/content") if root else content.Files(linked)
        return cls(quizzed, taught)

    @property
    def asked(self) -> Counter[str]:
        """How many questions each competency has, replies aside: those come with the scenarios."""
        questions = self.quizzed.questions.values()
        return Counter(item["competency"] for item in questions if item["kind"] != Kind.REPLY)

    @property
    def practised(self) -> Counter[str]:
        """How many scenarios train each competency."""
        scenarios = self.quizzed.scenarios.values()
        return Counter(key for item in scenarios for key in item["body"].get("competencies") or ())


def counts(root: Path | None = None) -> dict[str, Any]:
    """How much there is, for `content check --json`."""
    all_of = Curriculum.read(root)
    asked, practised = all_of.asked, all_of.practised
    return {
        "modules": len(all_of.taught.modules),
        "lessons": len(all_of.taught.lessons),
        "scenarios": len(all_of.quizzed.scenarios),
        "questions": len(all_of.quizzed.questions),
        "expressions": len(all_of.quizzed.expressions),
        "competencies": {key: {"questions": asked[key], "scenarios": practised[key]} for key in COMPETENCIES},
    }


def problems(root: Path | None = None) -> list[Problem]:
    """What is missing from the curriculum or does not agree with itself."""
    all_of = Curriculum.read(root)
    home = all_of.quizzed.folder.parent.parent
    checks = (_coverage, _modules, _lessons, _unused, _examples, _names, _cases)
    return [problem for check in checks for problem in check(all_of, home)]


def _coverage(all_of: Curriculum, _home: Path) -> Iterator[Problem]:
    asked, practised = all_of.asked, all_of.practised
    for key, name in COMPETENCIES.items():
        if asked[key] < QUESTIONS_PER_COMPETENCY:
            sentence = f"{key} {name}只有 {asked[key]} 道题，至少 {QUESTIONS_PER_COMPETENCY} 道"
            yield Problem("quizzes/content/questions", 1, key, sentence)
        if practised[key] < SCENARIOS_PER_COMPETENCY:
            sentence = f"{key} {name}只有 {practised[key]} 个情景，至少 {SCENARIOS_PER_COMPETENCY} 个"
            yield Problem("quizzes/content/scenarios", 1, key, sentence)
    for slug, item in all_of.quizzed.questions.items():
        if not item["competency"]:
            yield Problem("quizzes/content/questions", 1, slug, "没有写考查哪项能力")
    kinds = {item["kind"] for item in all_of.quizzed.questions.values()}
    for kind in Kind:
        if kind not in kinds:
            yield Problem("quizzes/content/questions", 1, "kind", f"没有一道{kind.label}")


def _modules(all_of: Curriculum, _home: Path) -> Iterator[Problem]:
    low, high = LESSONS_PER_MODULE
    for slug, module in all_of.taught.modules.items():
        kinds = Counter(kind for kind, _ in module["activities"])
        file = all_of.taught.files[slug]
        if not module["objectives"] or not module["competencies"]:
            yield Problem(file, 1, "objectives", "写明学完能做到什么、练到哪些能力")
        if not low <= kinds[ActivityKind.LESSON] <= high:
            yield Problem(file, 1, "activities", f"有 {kinds[ActivityKind.LESSON]} 课，应当是 {low} 到 {high} 课")
        if not kinds[ActivityKind.QUIZ]:
            yield Problem(file, 1, "activities", "没有小测")


def _lessons(all_of: Curriculum, _home: Path) -> Iterator[Problem]:
    low, high = LESSON_LENGTH
    for slug, lesson in all_of.taught.lessons.items():
        file, length = all_of.taught.files[slug], prose.length(lesson["body"])
        if not low <= length <= high:
            yield Problem(file, 1, "", f"正文 {length} 个汉字，应当在 {low} 到 {high} 之间")
        if not lesson["checks"]:
            yield Problem(file, 1, "checks", "课后没有练一练")


def _unused(all_of: Curriculum, _home: Path) -> Iterator[Problem]:
    """Whatever no course leads to is taught to nobody."""
    taught, quizzed = all_of.taught, all_of.quizzed
    steps = [
        step for course in taught.courses.values() for module in course["modules"] for step in module["activities"]
    ]
    met = {slug for _, slug in steps}
    placed = {module["slug"] for course in taught.courses.values() for module in course["modules"]}
    for slug in taught.modules.keys() - placed:
        yield Problem(taught.files[slug], 1, "slug", f"没有一门课程用到单元“{slug}”")
    for slug in (taught.lessons.keys() | quizzed.quizzes.keys()) - met:
        yield Problem(
            taught.files.get(slug, f"quizzes/content/quizzes/{slug}.yaml"), 1, "slug", f"没有单元用到“{slug}”"
        )
    replied = {
        quizzed.questions[asked]["body"].get("scenario")
        for slug in met & quizzed.quizzes.keys()
        for asked, _ in quizzed.quizzes[slug]["questions"]
    }
    for slug in quizzed.scenarios.keys() - replied:
        yield Problem(f"quizzes/content/scenarios/{slug}.yaml", 1, "slug", f"没有演练用到情景“{slug}”")


def _examples(all_of: Curriculum, home: Path) -> Iterator[Problem]:
    """Exemplars are excellent and anti-exemplars are caught, by the rubric that judges learners."""
    for file in sorted((home / "quizzes/content/scenarios").rglob("*.y*ml")):
        for reader in readers(file, home, []):
            item = all_of.quizzed.scenarios.get(str(reader.entry.get("slug")))
            if item is None:
                continue
            for key, sentence in example_problems(normalised_scenario(item["body"])):
                top = key.split("[")[0]
                line = reader.entry.lines.get(top, 1)
                if "[" in key:
                    line = reader.entry[top][int(key.split("[")[1].rstrip("]")) - 1].line
                yield Problem(reader.file, line, key, sentence)


def _names(_all_of: Curriculum, home: Path) -> Iterator[Problem]:
    """Cases are invented and bear no name of a real place or person; a lesson on a public case says which it names."""
    asked = (file for part in INVENTED for file in (home / "quizzes/content" / part).rglob("*.y*ml"))
    for file in sorted(asked):
        name = file.relative_to(home).as_posix()
        for line, found in real_names(_readable(file)):
            yield Problem(name, line, "", f"出现了真实的地名或人名“{found}”")
    for file in sorted((home / "courses/content").rglob("lessons/*.md")):
        text = _readable(file)
        head, body, _ = split_front_matter(text)
        entry = read_yaml(file, home, [], head, 2)  # its own problems were told where the lesson was read
        allowed = Reader(file.name, entry, []).strings("places") if isinstance(entry, Entry) else []
        # Where a report appeared is said in footnotes; those may name what they like.
        lines = ["" if line.startswith("[^") else line for line in body.splitlines()]
        offset = text.count("\n", 0, text.find(body.strip()[:40])) if body.strip() else 0
        for line, found in real_names("\n".join(lines), allowed):
            sentence = f"出现了真实的地名或人名“{found}”；讲公开案例的课，在开头写 places: [{found}]"
            yield Problem(file.relative_to(home).as_posix(), offset + line, "", sentence)


def _readable(file: Path) -> str:
    return file.read_text("utf-8", "replace")


def _cases(all_of: Curriculum, home: Path) -> Iterator[Problem]:
    """Every public case that the curriculum promises has a lesson that tells of it and a drill."""
    path = home / "courses/content" / CASES
    found: list[Problem] = []
    for reader in readers(path, home, found) if path.exists() else []:
        case, words = reader.text("case"), reader.strings("words", needed=True)
        lesson = all_of.taught.lessons.get(reader.text("lesson"))
        if lesson is None or not any(word in lesson["title"] + lesson["body"] for word in words):
            reader.report("lesson", f"没有讲“{case}”的课文")
        if reader.text("drill") not in all_of.quizzed.quizzes:
            reader.report("drill", f"“{case}”没有演练")
        reader.finish()
    yield from found
