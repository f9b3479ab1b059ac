"""How a draft is composed anew."""

from typing import Protocol

from agent.domain.draft import Draft


class Rewriter(Protocol):
    """Composes a draft anew on a reviewer's wish."""

    async def rewrite(self, draft_id: str, *, instruct: str | None, by: str) -> Draft:
        """Append a new version made with the instruction, judged by the gate; the draft ends waiting or held."""
        ...


class VariantWriter(Protocol):
    """Writes a draft once more from another angle."""

    async def add_variant(self, draft_id: str, *, by: str) -> Draft:
        """Append the text as the newest version, judged by the gate; what came before stays."""
        ...
