"""`python -m benchmarks`: every benchmark in its turn, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys

NAMES = ("jobs", "checkout", "import_orders", "decisions", "customer_value")


def main() -> int:
    """Run them all; answers with the worst exit code."""
    worst = 0
    for name in NAMES:
        print(f"== {name}", flush=True)
        done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False)
        worst = max(worst, done.returncode)
    return worst


if __name__ == "__main__":
    sys.exit(main())
