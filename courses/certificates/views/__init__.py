"""The pages of certificates: for administrators, for their holders, for everybody who checks one."""

from courses.certificates.views import design, manage, mine, public  # noqa: F401  each hangs its pages on the blueprint
