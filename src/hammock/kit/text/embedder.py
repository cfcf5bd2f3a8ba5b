"""The shipped embedder: words become pieces, pieces become vectors, a small net joins them.

Each piece of a word has a vector; a text is the mean of its pieces' vectors, corrected by a net of
one hidden layer which sees two things more: the mean over threes of neighbouring pieces, so that
word order counts, and the mean of a second look at each piece, in the light of its neighbours and
of the whole text. The file is made by `tools/distil_embeddings.py` and holds:

- `pieces` int8 (piece x dimension) and `scales` float16 (piece): a piece's vector is their product;
- `first`, `middle`, `last` float16 (dimension x three), `three_bias`: what a piece adds to the
  threes that it begins, stands amid or ends;
- `again` (dimension x look), `look_bias`, `near` (three x look), `whole` (dimension x look): what
  a piece, its three and its whole text add to the second look;
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
from threadpoolctl import threadpool_limits
from tokenizers import Tokenizer

BATCH = 128  # texts at a time: their pieces' vectors stay in the processor's cache
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
        """Load `folder` (`model.npz`, `tokenizer.json`) into about 90 MB of float32."""
        self.name = name or f"{folder.name} (static)"
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        with np.load(folder / "model.npz", allow_pickle=False) as stored:
            part = {name: stored[name].astype(np.float32) for name in stored.files}
        pieces = part["pieces"] * part["scales"][:, None]
        middle = pieces @ part["middle"] + part["three_bias"]
        again = pieces @ part["again"] + part["look_bias"]
        columns = (pieces, pieces @ part["first"], middle, pieces @ part["last"], again)
        self._table = np.hstack(columns)  # side by side, so that a piece is looked up once
        self._cuts = np.cumsum([column.shape[1] for column in columns])[:-1]
        self._near, self._whole = part["near"], part["whole"]
        self._hidden, self._hidden_bias = part["hidden"], part["hidden_bias"]
        self._out, self._out_bias = part["out"], part["out_bias"]
        self._words: dict[str, list[int]] = {}

    @property
    def dimensions(self) -> int:
        """Say how long a vector is."""
        return int(self._cuts[0])

    def vocabulary(self) -> tuple[str, ...]:
        """Give the pieces that have a vector; those that go on a word begin with ##."""
        return tuple(self._tokenizer.get_vocab())

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of length one for each text; a text without words is all zeros."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        with threadpool_limits(1, "blas"):  # threads wait for one another in products so small
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
        vectors, first, threes, last, looks = np.split(self._table[flat], self._cuts, axis=1)
        first[starts[1:] - 1] = 0.0  # a text's last piece begins no three of the next text,
        last[starts[1:]] = 0.0  # and its first piece ends none of the text before
        threes[1:] += first[:-1]
        threes[:-1] += last[1:]
        np.maximum(threes, 0.0, out=threes)

        def over_texts(rows: NDArray[np.float32]) -> NDArray[np.float32]:
            means: NDArray[np.float32] = np.add.reduceat(rows, starts, axis=0)
            means *= (1.0 / lengths).astype(np.float32)[:, None]
            return means

        mean = over_texts(vectors)
        size = np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-12)
        whole = mean / size
        looks += threes @ self._near
        looks += np.repeat(whole @ self._whole, lengths, axis=0)
        np.maximum(looks, 0.0, out=looks)
        seen = np.hstack((whole, over_texts(threes), over_texts(looks)))
        hidden = np.maximum(seen @ self._hidden + self._hidden_bias, 0.0)
        return unit(mean + size * (hidden @ self._out + self._out_bias))


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale each row to length one; rows of zeros stay as they are."""
    size = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    scaled: NDArray[np.float32] = (vectors / size).astype(np.float32)
    return scaled
