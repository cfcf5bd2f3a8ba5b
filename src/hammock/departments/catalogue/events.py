"""What the catalogue states as facts."""

from __future__ import annotations

from hammock.kit.facts import event


@event
class PriceMoved:
    """A price was changed."""

    sku: str
    old_minor: int
    new_minor: int
    currency: str


@event
class ProductChanged:
    """Something that the shop shows of a product changed."""

    product_id: int


@event
class ProposalClosed:
    """Something that a member proposed was done, refused or taken back."""

    proposal_id: int
    kind: str
    state: str
