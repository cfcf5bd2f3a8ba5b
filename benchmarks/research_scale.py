"""How long a study takes at 10,000, 100,000 and 1,000,000 queries against as many products.

`python -m benchmarks.research_scale [--largest N]`. The texts are made: markets of some hundred
short phrases about the same two dozen words, a tenth of the markets without any product. Timed is
all that the command does but reading and writing files: encoding, neighbours, niches, unmet shares;
`core_seconds` is the processors' work in that time, which others on the machine do not lengthen.
Each size runs in a process of its own, so that its peak is its own.
"""

from __future__ import annotations

import argparse
import itertools
import resource
import subprocess
import sys
import time

import numpy as np
from numpy.typing import NDArray

from hammock.departments.research.rules.rows import Asked, Offered, demand_of, supply_of
from hammock.departments.research.rules.study import study
from hammock.kit.text import shipped

SIZES = {"10k": 10_000, "20k": 20_000, "100k": 100_000, "1m": 1_000_000}
TEXTS_A_MARKET = 500
WORDS_A_MARKET = 24
FORMS = "{0} {1}|{0} for {1}|best {0} {2}|how to {2} a {0}|{0} {1} {2}|cheap {1} {0}|{2} {1}"


def phrases(size: int, seed: int, *, offered: bool) -> list[str]:
    """Make short phrases about one market after another; one market in ten is not offered."""
    chance = np.random.default_rng((seed, int(offered)))
    words = _words()
    forms = itertools.cycle(FORMS.split("|"))
    markets = max(size // TEXTS_A_MARKET, 20)
    made: list[str] = []
    for market in itertools.cycle(range(markets)):
        if len(made) >= size:
            return made[:size]
        if offered and market % 10 == 0:
            continue
        of_market = np.random.default_rng((seed, market, 7))
        own = words[of_market.integers(0, len(words), WORDS_A_MARKET)]
        for first, second, third in chance.integers(0, WORDS_A_MARKET, (TEXTS_A_MARKET, 3)):
            wording = next(forms)
            made.append(wording.format(own[first], own[second], own[third]))
    return made


def _words() -> NDArray[np.str_]:
    whole = [one for one in sorted(shipped().vocabulary()) if one.isalpha() and len(one) > 3]
    return np.array(whole)


def measure(name: str, seed: int) -> None:
    """Measure one size and print its figures."""
    size = SIZES[name]
    demand = demand_of([([Asked(text=one) for one in phrases(size, seed, offered=False)], ())])
    supply = supply_of([[Offered(text=one) for one in phrases(size, seed, offered=True)]])
    started, worked = time.monotonic(), time.process_time()
    found = study(demand, supply, encoder=shipped(), seed=seed, heartbeat=_say)
    print(f"\nseconds_{name}: {time.monotonic() - started:.1f}", flush=True)
    print(f"core_seconds_{name}: {time.process_time() - worked:.1f}", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"texts_{name}: {len(demand.texts)}\noffers_{name}: {len(supply.texts)}")
    print(f"niches_{name}: {len(found.niches)}\npeak_mb_{name}: {peak:.0f}")


def main() -> None:
    """Measure each size in turn; the last peak is the largest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--largest", choices=SIZES, default="1m")
    parser.add_argument("--only", choices=SIZES)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if asked.only:
        measure(asked.only, asked.seed)
        return
    for name, size in SIZES.items():
        if size <= SIZES[asked.largest]:
            command = [sys.executable, "-m", __spec__.name, "--only", name]
            subprocess.run([*command, "--seed", str(asked.seed)], check=True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak_mb: {peak:.0f}")


def _say(stage: str, share: float) -> None:
    print(f"\r{time.monotonic():.0f} {stage} {share:.0%}   ", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
