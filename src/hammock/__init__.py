"""Hammock: the internet business that runs itself, honestly."""

__version__ = "0.1.0"
