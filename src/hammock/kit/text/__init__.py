"""Meaning of short texts as vectors, without a download: the embeddings that ship with Hammock.

Owns the shipped model's file format and how it is read; knows nothing of any business. Callers use
`shipped()` or `configured(folder)` and get something that `encode`s texts; `unit` scales vectors.
"""

from hammock.kit.text.embedder import Embedder, TextEncoder, unit
from hammock.kit.text.larger import ModelUnusable, configured, shipped

__all__ = ["Embedder", "ModelUnusable", "TextEncoder", "configured", "shipped", "unit"]
