"""Reading other shops' product exports: pure, bytes in, drafts and problems out."""
