"""The shipped embeddings know likes from unlikes, quickly and always the same."""

from __future__ import annotations

import hashlib
import sys
import time
import types
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from hammock.kit.text import Embedder, ModelUnusable, configured, shipped

pytestmark = pytest.mark.long


def likeness(one: str, two: str) -> float:
    vectors = shipped().encode([one, two])
    return float(vectors[0] @ vectors[1])


@pytest.mark.parametrize(
    ("text", "like", "unlike"),
    [
        ("how do I bake bread", "sourdough recipe", "invoice template"),
        ("my parcel has not arrived", "where is the package I ordered", "learn to play the piano"),
        ("cheap running shoes", "sneakers on sale", "tax return deadline"),
    ],
)
def test_likes_lie_nearer_than_unlikes(text: str, like: str, unlike: str) -> None:
    assert likeness(text, like) > likeness(text, unlike) + 0.15


def test_the_order_of_words_counts_a_little() -> None:
    assert likeness("money transferred to friend", "friend transferred to money") < 0.9999


@given(st.lists(st.text(max_size=40), max_size=6))
def test_every_text_has_a_vector_of_length_one_or_none_at_all(texts: list[str]) -> None:
    vectors = shipped().encode(texts)
    assert vectors.shape == (len(texts), shipped().dimensions)
    assert vectors.dtype == np.float32
    lengths = np.linalg.norm(vectors, axis=1)
    assert np.all((np.abs(lengths - 1) < 1e-4) | (lengths == 0))


@given(
    st.lists(st.sampled_from(["bread", "how to bake", "Crème brûlée!", "", "x" * 300]), max_size=8)
)
def test_a_texts_vector_does_not_depend_on_its_company(texts: list[str]) -> None:
    together = shipped().encode(texts)
    for row, text in enumerate(texts):
        assert np.allclose(together[row], shipped().encode([text])[0], atol=1e-5)


def test_the_memory_of_words_changes_no_vector() -> None:
    fresh, used = Embedder(shipped_folder()), shipped()
    used.encode(["bread and butter", "a kneading machine"])
    assert np.array_equal(fresh.encode(["kneading bread"]), used.encode(["kneading bread"]))


def test_thousands_of_short_texts_are_encoded_in_a_second() -> None:
    texts = [f"how do I knead bread number {at % 97}" for at in range(6_000)]
    shipped().encode(texts[:100])
    started = time.process_time()
    shipped().encode(texts)
    assert len(texts) / (time.process_time() - started) > 8_000  # 30,000 on a quiet core


def test_no_folder_means_the_shipped_model() -> None:
    assert configured(None) is shipped()


def test_the_shipped_files_are_those_that_their_notice_tells_of() -> None:
    """A model that was made anew says how it was made, in the same commit."""
    notice = (shipped_folder() / "NOTICE.md").read_text(encoding="utf-8")
    files = [shipped_folder() / name for name in ("model.npz", "tokenizer.json")]
    for file in files:
        assert f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()}" in notice
    assert 8_000_000 <= sum(file.stat().st_size for file in files) <= 15_000_000


def test_a_folder_of_the_same_kind_is_used(tmp_path: Path) -> None:
    for name in ("model.npz", "tokenizer.json"):
        (tmp_path / name).write_bytes((shipped_folder() / name).read_bytes())
    larger = configured(tmp_path)
    assert np.array_equal(larger.encode(["bread"]), shipped().encode(["bread"]))


class Larger:
    """What model2vec and sentence-transformers have in common, with vectors of length five."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    from_pretrained = classmethod(lambda kind, folder: kind(folder))

    def encode(self, texts: list[str]) -> list[list[float]]:
        return [[3.0, 4.0]] * len(texts)


@pytest.mark.parametrize(
    ("config", "library", "kind"),
    [
        ('{"model_type": "model2vec"}', "model2vec", "StaticModel"),
        ('{"model_type": "bert"}', "sentence_transformers", "SentenceTransformer"),
    ],
)
def test_a_larger_model_is_read_by_its_own_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: str, library: str, kind: str
) -> None:
    (tmp_path / "config.json").write_text(config, encoding="utf-8")
    module = types.ModuleType(library)
    setattr(module, kind, Larger)
    monkeypatch.setitem(sys.modules, library, module)
    assert np.allclose(configured(tmp_path).encode(["bread", "piano"]), [[0.6, 0.8]] * 2)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ModelUnusable, match=f"{library} is not installed"):
        configured(tmp_path)


def test_a_model_in_onnx_is_averaged_over_its_tokens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stand-in says each token's number twice: the mean over real tokens is what counts."""

    class Session:
        def __init__(self, path: str) -> None:
            assert path.endswith("model.onnx")

        def get_inputs(self) -> list[types.SimpleNamespace]:
            return [types.SimpleNamespace(name=name) for name in ("input_ids", "attention_mask")]

        def run(self, _: None, fed: dict[str, NDArray[np.int64]]) -> list[NDArray[np.float32]]:
            assert set(fed) == {"input_ids", "attention_mask"}
            ids = fed["input_ids"].astype(np.float32)
            return [np.stack((ids, np.ones_like(ids)), axis=2)]

    module = types.ModuleType("onnxruntime")
    module.InferenceSession = Session  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "onnxruntime", module)
    (tmp_path / "model.onnx").write_bytes(b"a model")
    (tmp_path / "tokenizer.json").write_bytes((shipped_folder() / "tokenizer.json").read_bytes())
    alone = configured(tmp_path).encode(["bread"])
    beside_longer = configured(tmp_path).encode(["bread", "how do I knead bread"])
    assert np.allclose(alone[0], beside_longer[0])
    assert np.allclose(np.linalg.norm(beside_longer, axis=1), 1.0)


@pytest.mark.parametrize("make", ["nothing", "empty"])
def test_a_folder_without_a_model_is_refused_by_name(tmp_path: Path, make: str) -> None:
    folder = tmp_path / "model"
    if make == "empty":
        folder.mkdir()
    with pytest.raises(ModelUnusable, match="model"):
        configured(folder)


def shipped_folder() -> Path:
    import hammock.kit.text

    return Path(hammock.kit.text.__file__).parent / "model"


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=60))
def test_the_quick_way_through_words_finds_the_tokenizers_own_pieces(text: str) -> None:
    embedder = shipped()
    whole = embedder._tokenizer.encode(text, add_special_tokens=False).ids
    assert embedder._pieces_of(text) == whole
