"""Tools for those who work on Hammock; none of them is part of the program."""
