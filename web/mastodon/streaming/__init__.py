"""Apps hear at once what their timelines would show: by WebSocket, or by server-sent events."""
