"""Planning's pure answers: no state, no clock, no database."""
