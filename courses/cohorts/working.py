"""What goes on in the background: opening large cohorts, reminding many people, and the daily reminders."""

from datetime import timedelta

from courses.cohorts.models import Cohort
from courses.cohorts.service import opening, reminders
from courses.cohorts.service.opening import Opened
from literacy.dates import today, zone
from literacy.db import db, now
from literacy.errors import found
from literacy.jobs.running import Progress
from literacy.models import User
from literacy.registry import Periodic

FIRST_HOUR = 8
"""Nobody is reminded at night."""
PART = 200
"""How many people are enrolled or written to before it is committed."""


def open_job(progress: Progress) -> None:
    """Enrol the members of a cohort who wait; what was done stays, and a second run goes on behind it."""
    cohort = found(db.session.get(Cohort, progress.given["cohort"]))
    actor = found(db.session.get(User, progress.owner_id))
    place = progress.place
    after, done, told = place.get("after", 0), place.get("done", 0), Opened(*place.get("told", ()))
    total = place.get("total") or opening.waiting(cohort)
    while members := opening.next_part(cohort, after, PART):
        after = members[-1].id
        told += opening.enrol_part(actor, cohort, members, today(), now())
        done += len(members)
        counts = [told.new, told.restored, told.kept, told.before, told.extra]
        progress.step(done, total, {"after": after, "done": done, "total": total, "told": counts})
    progress.say(f"培训班“{cohort.name}”：{told.sentence}")


def remind_job(progress: Progress) -> None:
    """Remind everybody of a cohort who has not finished; who had a message today is left in peace."""
    cohort = found(db.session.get(Cohort, progress.given["cohort"]))
    plan = reminders.asked(cohort, today())
    people = [user_id for user_id in sorted(plan) if user_id > progress.place.get("after", 0)]
    count, done = progress.place.get("count", 0), len(plan) - len(people)
    for start in range(0, len(people), PART):
        part = people[start : start + PART]
        count += reminders.deliver(part, plan, {}, today(), now())
        done += len(part)
        progress.step(done, len(plan), {"after": part[-1], "count": count})
    progress.say(told(count, len(plan)))


def told(count: int, wanted: int) -> str:
    """How many were reminded, in words."""
    sentence = f"提醒了 {count} 人。"
    if wanted > count:
        sentence += f"另外 {wanted - count} 人今天已经收到过提醒，没有再发。"
    return sentence


def remind() -> None:
    """The reminders of today, over all cohorts. Nothing is said twice, so it may run every hour."""
    if now().astimezone(zone()).hour < FIRST_HOUR:
        return
    day = today()
    plan = reminders.scheduled(day)
    lines = reminders.summaries(plan, day)
    people = sorted({*plan, *lines})
    for start in range(0, len(people), PART):
        reminders.deliver(people[start : start + PART], plan, lines, day, now())
        db.session.commit()
    db.session.rollback()


PERIODIC = Periodic(every=timedelta(hours=1), run=remind)
