"""Runs the command line as `python -m web.command_line`."""

from web.command_line import main

main()
