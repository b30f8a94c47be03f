"""Sessions for calendars and feed readers."""
