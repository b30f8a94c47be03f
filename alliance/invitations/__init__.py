"""Reads invitations of Outlook, Teams and their like, so that nobody has to type them again."""

from alliance.invitations.invitation import Invitation
from alliance.invitations.reading import INVITATION_LIMIT, read_invitation

__all__ = ["INVITATION_LIMIT", "Invitation", "read_invitation"]
