"""Pictures: taken in from people, made anew, handed out."""
