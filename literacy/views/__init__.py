"""The pages of the ground: signing in, one's own account, people, units, the audit log."""

from literacy.activation import views as activation  # noqa: F401
from literacy.editing import views as editing  # noqa: F401
from literacy.intake import views as intake  # noqa: F401
from literacy.jobs import views as jobs  # noqa: F401
from literacy.mail import views as mail  # noqa: F401
from literacy.messages import views as messages  # noqa: F401
from literacy.pictures import views as pictures  # noqa: F401
from literacy.privacy import views as privacy  # noqa: F401
from literacy.settings import views as settings  # noqa: F401
from literacy.views import audit, people, sign_in, starting, units  # noqa: F401  each module hangs its pages up
from literacy.views.base import blueprint, limiter

__all__ = ["blueprint", "limiter"]
