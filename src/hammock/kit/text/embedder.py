"""The shipped embedder: words become pieces, pieces become vectors, a small net joins them.

Each piece of a word has a vector; a text is the mean of its pieces' vectors, corrected by a net of
one hidden layer which also sees the mean over neighbouring pairs of pieces, so that word order
counts a little. The file is made by `tools/distil_embeddings.py` and holds:

- `pieces` int8 (piece x dimension) and `scales` float16 (piece): a piece's vector is their product;
- `left`, `right` float16 (dimension x pair), `pair_bias`: what a piece adds to the pair it begins
  or ends;
- `hidden`, `hidden_bias`, `out`, `out_bias` float16: the net.

Everything is turned into float32 when it is loaded: products in float16 are a hundred times slower.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

BATCH = 1024  # texts at a time: their pieces' vectors stay in the processor's cache
REMEMBERED_WORDS = 400_000  # then the memory of words is emptied; about 60 MB
_ASCII_WORDS = re.compile(r"[a-z0-9]+|[^ a-z0-9]")


class TextEncoder(Protocol):
    """Anything that turns texts into vectors of length one."""

    @property
    def name(self) -> str:
        """Say which model this is, for the report."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of length one for each text; a text without words is all zeros."""


class Embedder:
    """Static embeddings read from a folder, in NumPy alone; safe to share between threads."""

    def __init__(self, folder: Path, *, name: str = "") -> None:
        """Load `folder` (`model.npz`, `tokenizer.json`) into about 60 MB of float32."""
        self.name = name or f"{folder.name} (static)"
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        with np.load(folder / "model.npz", allow_pickle=False) as stored:
            part = {name: stored[name].astype(np.float32) for name in stored.files}
        self._pieces = part["pieces"] * part["scales"][:, None]
        self._left = self._pieces @ part["left"] + part["pair_bias"]
        self._right = self._pieces @ part["right"]
        self._hidden, self._hidden_bias = part["hidden"], part["hidden_bias"]
        self._out, self._out_bias = part["out"], part["out_bias"]
        self._words: dict[str, list[int]] = {}

    @property
    def dimensions(self) -> int:
        """Say how long a vector is."""
        return int(self._pieces.shape[1])

    def vocabulary(self) -> tuple[str, ...]:
        """Give the pieces that have a vector; those that go on a word begin with ##."""
        return tuple(self._tokenizer.get_vocab())

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of length one for each text; a text without words is all zeros."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(texts), BATCH):
            pieces = [self._pieces_of(text) for text in texts[start : start + BATCH]]
            filled = [row for row, ids in enumerate(pieces) if ids]
            if filled:
                rows = np.asarray(filled) + start
                vectors[rows] = self._join([pieces[row] for row in filled])
        return vectors

    def _pieces_of(self, text: str) -> list[int]:
        if not (text.isascii() and text.isprintable()):
            return list(self._tokenizer.encode(text, add_special_tokens=False).ids)
        words = _ASCII_WORDS.findall(text.lower())
        known = self._words
        try:
            return list(chain.from_iterable([known[word] for word in words]))
        except KeyError:
            known = self._learn(words)
            return list(chain.from_iterable([known[word] for word in words]))

    def _learn(self, words: Iterable[str]) -> dict[str, list[int]]:
        known = self._words if len(self._words) < REMEMBERED_WORDS else {}
        for word in words:
            if word not in known:
                known[word] = list(self._tokenizer.encode(word, add_special_tokens=False).ids)
        self._words = known
        return known

    def _join(self, pieces: list[list[int]]) -> NDArray[np.float32]:
        lengths = np.fromiter(map(len, pieces), dtype=np.int64, count=len(pieces))
        starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
        flat = np.fromiter(chain.from_iterable(pieces), dtype=np.int64, count=int(lengths.sum()))
        share = (1.0 / lengths).astype(np.float32)[:, None]
        mean = np.add.reduceat(self._pieces[flat], starts, axis=0) * share
        pairs = self._left[flat]
        pairs[:-1] += self._right[flat[1:]]
        ends = starts[1:] - 1
        pairs[ends] = self._left[flat[ends]]
        np.maximum(pairs, 0.0, out=pairs)
        paired = np.add.reduceat(pairs, starts, axis=0) * share
        return unit(self._correct(mean, paired))

    def _correct(
        self, mean: NDArray[np.float32], paired: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        size = np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-12)
        hidden = np.hstack((mean / size, paired)) @ self._hidden + self._hidden_bias
        np.maximum(hidden, 0.0, out=hidden)
        corrected: NDArray[np.float32] = mean + size * (hidden @ self._out + self._out_bias)
        return corrected


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale each row to length one; rows of zeros stay as they are."""
    size = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    scaled: NDArray[np.float32] = (vectors / size).astype(np.float32)
    return scaled
