"""Everything behind the addresses of SCIM, with the large library that it needs."""

from web.scim import discovery, groups, users
from web.scim.told import told

ROOMS = {"discovery": discovery, "groups": groups, "users": users}

__all__ = ["ROOMS", "told"]
