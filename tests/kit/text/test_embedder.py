"""The shipped embeddings know likes from unlikes, quickly and always the same."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.kit.text import Embedder, ModelUnusable, configured, shipped


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


def test_a_folder_of_the_same_kind_is_used(tmp_path: Path) -> None:
    for name in ("model.npz", "tokenizer.json"):
        (tmp_path / name).write_bytes((shipped_folder() / name).read_bytes())
    larger = configured(tmp_path)
    assert np.array_equal(larger.encode(["bread"]), shipped().encode(["bread"]))


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
