"""What stands in the way of taking an import back."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hindrance:
    """kind: drafts (written about what it brought), imports (later ones that rest on it) or state (undone already).

    names: ids of those drafts or imports.
    """

    kind: str
    names: tuple[str, ...]
