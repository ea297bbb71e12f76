"""One's own long work: what is under way, how far it is, and what came of it."""

from flask import Response, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from literacy.access import Permission, requires
from literacy.db import now, paged
from literacy.errors import NotFound
from literacy.export import disposition
from literacy.jobs import service
from literacy.jobs.models import Job
from literacy.views.base import blueprint
from literacy.views.common import done_or_back, me, new_key, page_number


@blueprint.get("/jobs")
@requires(Permission.ACCOUNT)
def jobs() -> ResponseReturnValue:
    """What I asked for, the newest first."""
    return render_template("literacy/jobs.html", page=paged(service.own(me()), page_number()))


@blueprint.get("/jobs/<int:job_id>")
@requires(Permission.ACCOUNT)
def job(job_id: int) -> ResponseReturnValue:
    """How far one of mine is."""
    mine = service.job_for(me(), job_id)
    path = service.result_path(mine)
    return render_template(
        "literacy/job.html",
        job=mine,
        key=new_key(),
        size=path.stat().st_size if path else None,
        link=url_for("literacy.job_file", token=service.link_of(mine)) if path else "",
        until=mine.finished_at + service.KEPT if mine.finished_at else None,
        waits=mine.seems_dead(now()),
    )


@blueprint.get("/jobs/<int:job_id>/state")
@requires(Permission.ACCOUNT)
def job_state(job_id: int) -> ResponseReturnValue:
    """The same for the page's script."""
    mine = service.job_for(me(), job_id)
    return {"open": mine.is_open, "state": mine.state.value, "done": mine.done, "total": mine.total, "said": told(mine)}


def told(mine: Job) -> str:
    """How far it is, in words."""
    if mine.total:
        return f"{mine.done} / {mine.total}"
    return f"已做 {mine.done} 项" if mine.done else mine.state.label


@blueprint.post("/jobs/<int:job_id>/cancel")
@requires(Permission.ACCOUNT)
def job_cancel(job_id: int) -> ResponseReturnValue:
    """Stop one of mine."""
    mine = service.job_for(me(), job_id)
    target = url_for("literacy.job", job_id=mine.id)

    def act() -> str:
        service.cancel(mine)
        return target

    return done_or_back(act, target)


@blueprint.get("/jobs/files/<string:token>")
@requires(Permission.ACCOUNT)
def job_file(token: str) -> ResponseReturnValue:
    """The file that came of it: through a link that expires, for its owner only."""
    mine = service.job_of_link(me(), token)
    path = service.result_path(mine)
    if path is None:
        raise NotFound("这个文件已经删掉了。需要的话，请再做一次。")
    answer: Response = send_file(path, mimetype="application/octet-stream", as_attachment=True, download_name="file")
    answer.headers["Content-Disposition"] = disposition(mine.file)
    return answer
