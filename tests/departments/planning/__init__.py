"""Planning's rules, without a database."""
