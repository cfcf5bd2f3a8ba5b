"""A minimal django-oscar shop, the peer of benchmarks.checkout, in an environment of its own."""
