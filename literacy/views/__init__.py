"""The pages of the ground: signing in, one's own account, people, units, the audit log."""

from literacy.views import audit, people, sign_in, units  # noqa: F401  each module hangs its pages on the blueprint
from literacy.views.base import blueprint, limiter

__all__ = ["blueprint", "limiter"]
