"""Run the stand-in by hand: `python -m tests.stripe_stand_in --port N --webhook URL`.

Hammock finds it by STRIPE_API=http://127.0.0.1:N, and the key and secret printed here.
"""

from __future__ import annotations

import argparse
import sys
import threading

from django.conf import settings

from tests.stripe_stand_in.events import to_address
from tests.stripe_stand_in.server import KEY, WEBHOOK_SECRET, running


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="A small Stripe on loopback")
    parser.add_argument("--port", type=int, default=12111)
    parser.add_argument("--webhook", help="where to post events, such as …/api/webhooks/stripe/")
    options = parser.parse_args()
    settings.configure(USE_TZ=True)  # all that the clock asks for
    send = to_address(options.webhook) if options.webhook else None
    with running(port=options.port, send=send, is_prompt=True) as stand_in:
        sys.stdout.write(f"STRIPE_API={stand_in.url}\n")
        sys.stdout.write(f"STRIPE_SECRET_KEY={KEY}\n")
        sys.stdout.write(f"STRIPE_WEBHOOK_SECRET={WEBHOOK_SECRET}\n")
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            sys.stdout.write("Stopped.\n")


if __name__ == "__main__":
    main()
