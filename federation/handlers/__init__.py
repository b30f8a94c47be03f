"""Every activity that we handle, in one table."""

from federation.handlers import (
    accept,
    add,
    announce,
    block,
    create,
    delete,
    flag,
    follow,
    ignore,
    invite,
    join,
    leave,
    like,
    move,
    offer,
    reject,
    remove,
    tentative_accept,
    undo,
    update,
)
from federation.handlers.handling import (
    PROCESSED,
    Handling,
    Incoming,
    Outcome,
    Refused,
    ignored,
    refused,
)

__all__ = ["HANDLERS", "PROCESSED", "Handling", "Incoming", "Outcome", "Refused", "ignored", "refused"]

HANDLERS: dict[str, Handling] = {
    "Follow": follow,
    "Accept": accept,
    "TentativeAccept": tentative_accept,
    "Reject": reject,
    "Undo": undo,
    "Create": create,
    "Update": update,
    "Delete": delete,
    "Announce": announce,
    "Like": like,
    "EmojiReact": like,
    "Flag": flag,
    "Block": block,
    "Join": join,
    "Invite": invite,
    "Leave": leave,
    "Move": move,
    "Offer": offer,
    "Add": add,
    "Remove": remove,
    "Ignore": ignore,
}
