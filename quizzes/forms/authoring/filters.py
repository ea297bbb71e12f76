"""What narrows the trainers' lists."""

from literacy.forms import Form, LineField, NarrowField
from literacy.models import State
from quizzes.bodies import CHANNELS
from quizzes.forms.authoring.base import COMPETENCY_CHOICES
from quizzes.models import Kind, QuizKind


class FilterForm(Form):
    """Words and a state."""

    words = LineField("搜索", longest=100)
    state = NarrowField("状态", {state.value: state.label for state in State})


class QuestionFilter(FilterForm):
    """Narrows the list of questions."""

    kind = NarrowField("题型", {kind.value: kind.label for kind in Kind})
    competency = NarrowField("能力", COMPETENCY_CHOICES)


class ScenarioFilter(FilterForm):
    """Narrows the list of scenarios."""

    channel = NarrowField("渠道", {channel: channel for channel in CHANNELS})


class QuizFilter(FilterForm):
    """Narrows the list of quizzes."""

    kind = NarrowField("类型", {kind.value: kind.label for kind in QuizKind})
