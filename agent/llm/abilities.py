"""Remember how each model can be asked for typed answers, so that it is found out once and not at every draft."""

import hashlib
from typing import Literal

from agent.ports import UnitsOfWork

Method = Literal["json_schema", "function_calling", "json_in_text"]
METHODS: tuple[Method, ...] = ("json_schema", "function_calling", "json_in_text")
"""Best first. Real servers differ: some refuse json_schema with 400 and honour function calling; small ones know neither."""


class Abilities:
    """What was found out about models, kept in the store; one more look a process."""

    def __init__(self, units: UnitsOfWork) -> None:
        self._units = units
        self._seen: dict[str, Method] = {}

    def method(self, *, base_url: str, model: str) -> Method | None:
        """How this model answers, or None when nobody has asked it yet."""
        name = _name(base_url, model)
        if name not in self._seen:
            with self._units(read_only=True) as work:
                kept = work.kept.get(name)
            found = next((m for m in METHODS if kept and kept.get("method") == m), None)
            if found is None:
                return None
            self._seen[name] = found
        return self._seen[name]

    def remember(self, method: Method, *, base_url: str, model: str) -> None:
        """Keep what worked; nothing is written when it is known already."""
        name = _name(base_url, model)
        if self._seen.get(name) == method:
            return
        with self._units() as work:
            work.kept.put(name, {"method": method, "model": model})
            work.commit()
        self._seen[name] = method


def _name(base_url: str, model: str) -> str:
    return "model_method:" + hashlib.sha256(f"{base_url}\n{model}".encode()).hexdigest()[:32]
