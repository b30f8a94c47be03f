"""Journeys: several real instances, real browsers, and what happens between them."""
