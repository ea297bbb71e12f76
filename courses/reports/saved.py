"""The verbs of saved views: keep, find, rename, share, open with, delete. Flushes, never commits."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from courses.reports.asking import Query
from courses.reports.models import DefaultView, SavedView
from literacy.db import alone, by_pinyin, db
from literacy.errors import NotFound, Refused, found
from literacy.models import User
from literacy.text import clean_line

MOST = 50


def views_of(user: User, report: str) -> Sequence[SavedView]:
    """The views of a report that somebody may open: their own, then those shared in their unit; by name."""
    query = (
        select(SavedView)
        .join(SavedView.owner)
        .where(SavedView.report == report, (SavedView.owner_id == user.id) | _shared(user))
        .options(joinedload(SavedView.owner))
        .order_by(SavedView.owner_id != user.id, by_pinyin(SavedView.name), SavedView.id)
    )
    return db.session.scalars(query).all()


def _shared(user: User) -> object:
    """Shared by somebody of the same unit; those without a unit share among each other."""
    same = User.unit_id == user.unit_id if user.unit_id is not None else User.unit_id.is_(None)
    return SavedView.shared & same


def view_for(user: User, view_id: int) -> SavedView:
    """A view that somebody may open; raises NotFound."""
    view = found(db.session.get(SavedView, view_id))
    if view.owner_id != user.id and not (view.shared and view.owner.unit_id == user.unit_id):
        raise NotFound
    return view


def own_view(user: User, view_id: int) -> SavedView:
    """A person's own view; raises NotFound, also for somebody else's that is shared."""
    view = view_for(user, view_id)
    if view.owner_id != user.id:
        raise NotFound
    return view


def keep(user: User, report: str, query: Query, *, name: str, shared: bool, default: bool) -> SavedView:
    """A new view of what is asked for now.

    Raises Refused for a name that one's own views of this report have already, or with too many of them.
    """
    alone("report_views")
    mine = select(func.count()).where(SavedView.owner_id == user.id, SavedView.report == report)
    if (db.session.scalar(mine) or 0) >= MOST:
        raise Refused(f"一张报表最多存 {MOST} 个视图，先删掉用不着的。")
    view = SavedView(owner=user, report=report, name=_free(user, report, name), query=query, shared=shared)
    db.session.add(view)
    db.session.flush()
    if default:
        open_with(user, view)
    return view


def _free(user: User, report: str, name: str, view_id: int = 0) -> str:
    name = clean_line(name)
    if not name:
        raise Refused("请填写这一项。", field="name")
    same = select(SavedView.id).where(
        SavedView.owner_id == user.id, SavedView.report == report, SavedView.name == name, SavedView.id != view_id
    )
    if db.session.scalar(same):
        raise Refused(f"您已经有一个叫“{name}”的视图，换个名称。", field="name")
    return name


def change(user: User, view: SavedView, *, name: str, shared: bool, default: bool) -> None:
    """Rename a view, share it or not, and say whether the report opens with it. Refused as in `keep`."""
    alone("report_views")
    view.name, view.shared = _free(user, view.report, name, view.id), shared
    db.session.flush()
    if default:
        open_with(user, view)
    elif default_of(user, view.report) is view:
        forget_default(user, view.report)


def delete(view: SavedView) -> None:
    """Delete a view. Whoever opened the report with it sees the whole report again."""
    db.session.delete(view)
    db.session.flush()


def open_with(user: User, view: SavedView) -> None:
    """Let the report open with this view for this person."""
    db.session.merge(DefaultView(user_id=user.id, report=view.report, view_id=view.id))
    db.session.flush()


def forget_default(user: User, report: str) -> None:
    """Let the report open with everything again."""
    if row := db.session.get(DefaultView, (user.id, report)):
        db.session.delete(row)
        db.session.flush()


def default_of(user: User, report: str) -> SavedView | None:
    """The view with which a report opens for somebody; None for none, or for one that is no longer shared."""
    row = db.session.get(DefaultView, (user.id, report))
    if row is None:
        return None
    try:
        return view_for(user, row.view_id)
    except NotFound:
        return None
