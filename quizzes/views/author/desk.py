"""What edit pages do for somebody who writes long: drafts offered back, who else is at it, and others' changes told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import request, url_for
from werkzeug.datastructures import MultiDict

from literacy import audit
from literacy.db import now
from literacy.editing import service as editing
from literacy.models import Authored
from quizzes.forms.authoring.base import AuthoringForm
from quizzes.forms.authoring.merging import Difference, differences, merged
from quizzes.views.author.common import author, new_key

Sent = MultiDict[str, str]


@dataclass
class Desk:
    """One trainer at one form. `make` builds the form: from what was sent, or from what is stored if that is None."""

    kind: str
    """Which form: as drafts are filed."""
    row: Authored | None
    make: Callable[[Sent | None], AuthoringForm]
    restored: bool = field(default=False, init=False)
    """Whether the form shows a draft that was asked for."""

    @property
    def row_id(self) -> int:
        """The row that is changed; 0 for a new one."""
        return self.row.id if self.row is not None else 0  # type: ignore[attr-defined]

    def form(self) -> AuthoringForm:
        """The form as it is to be shown or saved: as sent, with what was taken over; as drafted; as stored."""
        if request.method == "POST":
            taken = request.form.getlist("take")
            return self.make(merged(request.form, self.make(None), taken) if taken and self.row else request.form)
        if "draft" in request.args and (sent := self._drafted()):
            self.restored = True
            return self.make(sent)
        return self.make(None)

    def _drafted(self) -> Sent | None:
        draft = editing.draft_of(author(), self.kind, self.row_id)
        if draft is None or draft.fields is None:
            return None
        return MultiDict(
            [*((name, value) for name, value in draft.fields), ("revision", str(draft.base_revision or ""))]
        )

    def saved(self) -> None:
        """Forget the draft: what was typed is saved now."""
        editing.forget(author(), self.kind, self.row_id)

    def shown(self, form: AuthoringForm) -> dict[str, Any]:
        """What the page says beside the form."""
        newer = self._newer(form)
        return {"desk": self, "newer": newer, "theirs": self._theirs(form) if newer else [], "act_key": new_key()}

    def _newer(self, form: AuthoringForm) -> int | None:
        """The revision that somebody else's change made since the form was opened; None where nobody did."""
        if self.row is None or form.opened_on() == self.row.revision:
            return None
        return self.row.revision

    def _theirs(self, form: AuthoringForm) -> list[Difference]:
        return differences(self.make(None), form)

    # What the template asks for

    @property
    def url(self) -> str:
        """Where the script sends what is typed."""
        return url_for("literacy.edit_draft", kind=self.kind, row_id=self.row_id)

    @property
    def discard_url(self) -> str:
        """Where the button sends that drops a draft."""
        return url_for("literacy.edit_draft_discard", kind=self.kind, row_id=self.row_id)

    @property
    def number(self) -> int:
        """The number of the draft that the page knows of."""
        return editing.number_of(author(), self.kind, self.row_id)

    @property
    def others(self) -> list[str]:
        """Who else has this form open."""
        return editing.others_at(author(), self.kind, self.row_id, now())

    @property
    def offered(self) -> Any:
        """The draft to offer back; None where there is none, or where it says what is stored already."""
        if request.method == "POST" or self.restored or (sent := self._drafted()) is None:
            return None
        same = not differences(self.make(None), self.make(sent))
        return None if same else editing.draft_of(author(), self.kind, self.row_id)

    @property
    def changed_by(self) -> Any:
        """The record of the last change of the row: who, and when."""
        return audit.last_change(self.row) if self.row is not None else None  # type: ignore[arg-type]
