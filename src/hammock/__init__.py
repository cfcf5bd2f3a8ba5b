"""Hammock: the internet business that runs itself, honestly."""
