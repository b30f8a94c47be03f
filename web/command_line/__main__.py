"""Runs the command line as `python -m web.command_line`."""

from web.command_line import main

# Further processes import this file again, and must not start a second command.
if __name__ == "__main__":
    main()
