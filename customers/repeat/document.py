"""How is a fitted model kept: parameters as a JSON document, never code."""

import json
import math
from dataclasses import asdict, fields
from typing import Any, Self


class Kept:
    """Gives a frozen dataclass of numbers `to_json` and `from_json`."""

    def to_json(self) -> str:
        """A document with the model's name and its parameters."""
        return json.dumps({"model": type(self).__name__, **asdict(self)})  # type: ignore[call-overload]

    @classmethod
    def from_json(cls, document: str) -> Self:
        """Raises ValueError for another model's document, and for a parameter that is absent, not a number, or not > 0."""
        read: dict[str, Any] = json.loads(document)
        if read.pop("model", None) != cls.__name__:
            raise ValueError(f"not a {cls.__name__} document")
        names = [field.name for field in fields(cls)]  # type: ignore[arg-type]
        if sorted(read) != sorted(names):
            raise ValueError(f"a {cls.__name__} document needs exactly {', '.join(names)}")
        for value in read.values():
            if not isinstance(value, int | float) or not math.isfinite(value) or value <= 0:
                raise ValueError(f"a {cls.__name__} document holds a parameter that is not a positive number")
        return cls(**read)
