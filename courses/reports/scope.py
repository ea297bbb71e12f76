"""What an administrator's reports may tell of. The only place in which reports ask who somebody is."""

from typing import Any

from literacy.models import User
from literacy.service import scope


def sight(user: User) -> dict[str, Any]:
    """What narrows every report of this person, in the names of `frame.Wanted`: `people` and `within`; None for all."""
    within = scope.of(user)
    return {"people": None if within is None else scope.people(user), "within": within}
