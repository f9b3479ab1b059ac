"""Why a draft must not be sent, and where it goes then."""

from dataclasses import dataclass

from agent.domain.draft import DraftState


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a draft must not be sent. code: for programs; reason: Japanese, what to do; after: where a leaving draft goes."""

    code: str
    reason: str
    after: DraftState
