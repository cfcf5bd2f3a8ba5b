"""Eight small made-up markets and how people ask in them."""

from __future__ import annotations

import numpy as np

MARKETS = {
    "garden": "tomato seeds soil watering greenhouse pruning compost planter",
    "piano": "piano scales sheet-music chords pedal metronome etudes keyboard",
    "dog": "puppy leash barking kennel vet grooming harness collar",
    "bread": "sourdough starter oven crust kneading flour baguette proofing",
    "camera": "lens tripod shutter aperture portrait raw lightroom flash",
    "bicycle": "bicycle chain brakes pedals saddle helmet gears tyre",
    "tax": "tax return invoice deduction vat receipt accountant bookkeeping",
    "knitting": "knitting yarn needles crochet sweater pattern stitch wool",
}
FORMS = (
    "how do I choose {0} and {1}|best {0} for {1}|{0} {1} course|help with {0} {1}|{1} {0} guide"
)


def asked_about(name: str, count: int, seed: int = 1) -> list[str]:
    words, chance = MARKETS[name].split(), np.random.default_rng((seed, len(name)))
    forms = FORMS.split("|")
    made: dict[str, None] = {}
    while len(made) < count:
        one, two = chance.choice(words, 2, replace=False)
        made[forms[chance.integers(len(forms))].format(one, two)] = None
    return list(made)
