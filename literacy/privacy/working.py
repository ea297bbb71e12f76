"""Long and periodic work on personal data. Commits."""

from literacy.db import db, now
from literacy.jobs.running import Progress
from literacy.models import User
from literacy.privacy import packing, retention
from literacy.registry import registry


def clear_away() -> None:
    """Apply every rule that is in use, each in a transaction of its own."""
    for rule in registry().retention:
        if rule.on:
            retention.apply_rule(rule, now())
            db.session.commit()


def export_own(progress: Progress) -> None:
    """The job: everything that is stored of its owner, as one file."""
    owner = db.session.get_one(User, progress.owner_id)
    path = progress.file(packing.name_of(owner))
    with path.open("wb") as file:
        count = packing.write(owner, file)
    packing.note(owner)
    progress.step(count, count)
    progress.say(f"打好了包，共 {count} 条。")
