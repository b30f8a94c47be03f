"""What each kind of mail says: its subject, its first sentence, and what its switch is called."""

SUBJECT_TEXTS = {
    "joined": "You are in: %(title)s",
    "moved_up": "A place became free, you are in: %(title)s",
    "changed": "Changed: %(title)s",
    "cancelled": "Cancelled: %(title)s",
    "postponed": "Put off: %(title)s",
    "withdrawn": "No longer offered: %(title)s",
    "declined": "No place this time: %(title)s",
    "left": "You no longer take part: %(title)s",
    "reminder_day": "%(day)s, %(time)s: %(title)s",
    "reminder_hour": "At %(time)s: %(title)s",
    "request": "Somebody asks to take part: %(title)s",
    "comment": "New comment: %(title)s",
    "reply": "You have an answer: %(title)s",
    "mention": "You were named: %(title)s",
    "topic": "New session: %(title)s",
    "invitation": "Your account at %(company)s",
    "reset": "Choose a new password",
}

LEAD_TEXTS = {
    "joined": "You have a place in this session.",
    "moved_up": "A place became free, and it is yours.",
    "changed": "Something about this session has changed. This is how it stands now.",
    "cancelled": "This session does not take place.",
    "postponed": "This session is put off and has no new date yet. You keep your place.",
    "withdrawn": "This session is no longer offered.",
    "declined": "The host could not give you a place.",
    "left": "Your place is free for somebody else. Thank you for saying so.",
    "reminder_day": "You have a place in this session.",
    "reminder_hour": "You have a place in this session. It begins soon.",
    "request": "Somebody would like to come to your session and waits for your answer.",
    "comment": "%(name)s commented on your session.",
    "reply": "%(name)s answered you.",
    "mention": "%(name)s named you.",
    "topic": "There is a new session about what you follow.",
    "invitation": "There is an account for you. Choose a password and you are in.",
    "reset": "With this button you choose a new password. If it was not you who asked, do nothing.",
}

CHOICE_LABELS = {
    "joined": "Answers to your wish to take part",
    "moved_up": "Moved up from the waiting list",
    "changed": "Changes of sessions that you go to",
    "cancelled": "Cancelled sessions that you wanted to go to",
    "left": "Places that you gave back",
    "reminder_day": "A reminder the day before",
    "reminder_hour": "A reminder an hour before",
    "request": "People who ask to come to your sessions",
    "comment": "Comments and answers",
    "topic": "New sessions about what you follow",
}
