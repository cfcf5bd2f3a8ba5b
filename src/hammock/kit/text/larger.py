"""Which embedder is used: the shipped one, or a larger model from a folder that the owner names."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hammock.kit.errors import HammockError
from hammock.kit.text.embedder import Embedder, TextEncoder, unit

SHIPPED = Path(__file__).parent / "model"


class ModelUnusable(HammockError):
    """A model folder cannot be used; carries `folder` and `problem`."""

    def __init__(self, *, folder: Path, problem: str) -> None:
        super().__init__(folder, problem)
        self.folder = folder
        self.problem = problem

    def sentence(self) -> str:
        """Name the folder, then the problem."""
        return f"The model folder {self.folder} cannot be used: {self.problem}."


@cache
def shipped() -> Embedder:
    """Return the embedder that ships with the product, loaded once in a process."""
    return Embedder(SHIPPED, name="the embeddings that ship with Hammock")


def configured(folder: Path | None) -> TextEncoder:
    """Return the encoder in `folder`, or the shipped one if none is named.

    A folder is told by what lies in it: `model.npz` (ours), `model.onnx`, `config.json` that says
    model2vec, else sentence-transformers. Raises `ModelUnusable` when the folder holds none of them
    or the library that reads it is not installed.
    """
    if folder is None:
        return shipped()
    if not folder.is_dir():
        raise ModelUnusable(folder=folder, problem="it is not a folder")
    if (folder / "model.npz").exists():
        return Embedder(folder)
    if (folder / "model.onnx").exists():
        return OnnxEncoder(folder)
    config = folder / "config.json"
    if not config.exists():
        raise ModelUnusable(folder=folder, problem="no model was found in it")
    if '"model2vec"' in config.read_text(encoding="utf-8"):
        model = _library("model2vec", folder).StaticModel.from_pretrained(str(folder))
    else:
        model = _library("sentence_transformers", folder).SentenceTransformer(str(folder))
    return ModelEncoder(model, name=folder.name)


class ModelEncoder:
    """A model2vec or sentence-transformers model, which both have `encode`."""

    def __init__(self, model: Any, *, name: str) -> None:
        self._model = model
        self.name = name

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of length one for each text."""
        return unit(np.asarray(self._model.encode(list(texts)), dtype=np.float32))


class OnnxEncoder:
    """A transformer in ONNX with its `tokenizer.json`; the mean over its tokens is the meaning."""

    def __init__(self, folder: Path) -> None:
        runtime = _library("onnxruntime", folder)
        tokenizer = _library("tokenizers", folder).Tokenizer
        self.name = folder.name
        self._session = runtime.InferenceSession(str(folder / "model.onnx"))
        self._wanted = {one.name for one in self._session.get_inputs()}
        self._tokenizer = tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_padding()
        self._tokenizer.enable_truncation(256)

    def encode(self, texts: Sequence[str], *, batch: int = 64) -> NDArray[np.float32]:
        """Return one row of length one for each text."""
        parts = [self._encode(texts[at : at + batch]) for at in range(0, len(texts), batch)]
        return np.vstack(parts) if parts else np.zeros((0, 0), dtype=np.float32)

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        encoded = self._tokenizer.encode_batch(list(texts))
        mask = np.array([one.attention_mask for one in encoded], dtype=np.int64)
        fed = {
            "input_ids": np.array([one.ids for one in encoded], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(mask),
        }
        fed = {name: value for name, value in fed.items() if name in self._wanted}
        states = np.asarray(self._session.run(None, fed)[0], dtype=np.float32)
        weights = mask[:, :, None].astype(np.float32)
        summed = (states * weights).sum(axis=1)
        return unit(summed / np.maximum(weights.sum(axis=1), 1.0))


def _library(name: str, folder: Path) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise ModelUnusable(
            folder=folder, problem=f"the Python package {name} is not installed"
        ) from error
