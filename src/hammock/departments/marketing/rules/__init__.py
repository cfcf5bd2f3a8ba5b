"""What a visit, a channel and a search are: pure, of plain texts."""
