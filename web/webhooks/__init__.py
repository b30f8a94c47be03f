"""Tells channels elsewhere what is new: Teams, Slack, Discord, Matrix, any program."""
