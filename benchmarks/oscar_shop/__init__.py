"""A minimal django-oscar shop, the peer of benchmarks.checkout; runs in an environment of its own."""
