"""Bringing another shop's order history: mapping (data), reading (pure), writing, proving."""
