"""The absolute limits of the gate, and which of them a run breaks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from agent.domain.errors import OperatorMustFix
from evals.suite.data import FOLDER
from evals.suite.intervals import Share

FLOORS = FOLDER / "floors.yaml"


class Floor(BaseModel):
    """A limit. by: `value` compares the share; `interval` is broken only when the whole interval lies beyond the limit.

    aim: where the share should be one day; None when the limit is all there is to want.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    measure: str
    at_least: float | None = Field(default=None, ge=0, le=1)
    at_most: float | None = Field(default=None, ge=0, le=1)
    by: Literal["value", "interval"]
    aim: float | None = Field(default=None, ge=0, le=1)
    reason: str = Field(min_length=1)

    @model_validator(mode="after")
    def _one_limit(self) -> "Floor":
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("a floor needs at_least or at_most, not both")
        return self


@dataclass(frozen=True, slots=True)
class Held:
    """A floor and what was measured. broken: None when the run holds no case to measure it on."""

    floor: Floor
    measured: Share
    broken: bool | None

    @property
    def short_of_aim(self) -> bool:
        """Whether the share itself is on the wrong side of the aim."""
        if self.floor.aim is None or self.measured.value is None:
            return False
        if self.floor.at_least is not None:
            return self.measured.value < self.floor.aim
        return self.measured.value > self.floor.aim

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            **self.floor.model_dump(exclude_none=True),
            "measured": self.measured.document(),
            "broken": self.broken,
            "short_of_aim": self.short_of_aim,
        }


def read_floors(file: Path = FLOORS) -> tuple[Floor, ...]:
    """The limits of a file. Raises OperatorMustFix."""
    try:
        return tuple(Floor.model_validate(one) for one in yaml.safe_load(file.read_text("utf-8"))["floors"])
    except (OSError, ValidationError, yaml.YAMLError, KeyError, TypeError) as error:
        raise OperatorMustFix(
            f"cannot read floors {file}: {error}", ja=f"下限の設定 {file} を読めません: {error}"
        ) from error


def hold(floors: Sequence[Floor], measure: Callable[[str], Share]) -> tuple[Held, ...]:
    """Hold each floor against its measure. Raises OperatorMustFix when a floor names a measure there is none of."""
    held = []
    for floor in floors:
        try:
            found = measure(floor.measure)
        except KeyError as error:
            raise OperatorMustFix(
                f"no measure {floor.measure!r}", ja=f"下限の設定に知らない指標「{floor.measure}」があります。"
            ) from error
        held.append(Held(floor, found, _broken(floor, found)))
    return tuple(held)


def _broken(floor: Floor, found: Share) -> bool | None:
    if found.value is None or found.low is None or found.high is None:
        return None
    if floor.at_least is not None:
        return (found.value if floor.by == "value" else found.high) < floor.at_least
    assert floor.at_most is not None  # noqa: S101 - the model's validator
    return (found.value if floor.by == "value" else found.low) > floor.at_most
