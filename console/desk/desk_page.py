"""Show one draft, with what was said and what the person was writing when something went wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from agent.domain.decision import REJECT_REASONS
from agent.domain.errors import OkaeriError, StaleVersion
from agent.domain.finding import Finding, Severity
from agent.ports import Charts, Clock, Experiences, UnitsOfWork
from console.desk.draft_page import read_desk
from console.desk.marking import Piece
from console.frame.access import Visitor
from console.frame.render import Pages
from console.frame.words import WORDS, say


@dataclass(frozen=True, slots=True)
class Checked:
    """What the gate says to an unsaved text. trouble: why it cannot even be judged.    body: the text with its marks, empty where the
    editor's words and the version's differ."""

    findings: Sequence[Finding] = ()
    body: tuple[Piece, ...] = ()
    subject: tuple[Piece, ...] = ()
    preheader: tuple[Piece, ...] = ()
    trouble: str | None = None

    @property
    def blocks(self) -> int:
        """How many findings must be mended."""
        return sum(finding.severity is Severity.BLOCK for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Unsaved:
    """What a person was writing. checked: what the gate says to it, None when it was not asked."""

    body: str
    subject: str | None = None
    preheader: str | None = None
    checked: Checked | None = None


class DeskPage:
    """Renders the page of a draft."""

    def __init__(
        self,
        units: UnitsOfWork,
        charts: Charts,
        clock: Clock,
        pages: Pages,
        *,
        experiences: Experiences | None = None,
        more_texts: bool = False,
    ) -> None:
        """experiences: see `read_desk`.    more_texts: further texts can be asked for."""
        self._more_texts = more_texts
        self._units, self._charts, self._clock, self._pages = units, charts, clock, pages
        self._experiences = experiences

    def show(
        self,
        visitor: Visitor,
        draft_id: str,
        *,
        code: str = "",
        about: str | None = None,
        trouble: str | None = None,
        status: int = 200,
        unsaved: Unsaved | None = None,
    ) -> Response:
        """The page. code: what was just done (`said_…`); about: the draft it was done to. Raises NotFound."""
        now = self._clock.now()
        with self._units(read_only=True) as unit:
            desk = read_desk(
                unit,
                self._charts,
                draft_id,
                member=visitor.member,
                now=now,
                language=visitor.language,
                experiences=self._experiences,
            )
        return self._pages.render(
            "draft.html",
            visitor,
            path=f"/console/drafts/{draft_id}",
            status=status,
            desk=desk,
            draft=desk.draft,
            version=desk.draft.version,
            now=now,
            code=code,
            said=said(visitor, code),
            about=about,
            trouble=trouble,
            unsaved=unsaved,
            checked=unsaved.checked if unsaved else None,
            more_texts=self._more_texts,
            reasons=list(REJECT_REASONS),
            severities=list(Severity),
        )


def said(visitor: Visitor, code: str) -> str | None:
    """What was just done, in words; None for an unknown code."""
    key = f"said_{code}"
    return say(visitor.language, key) if key in WORDS else None


def status_of(error: OkaeriError) -> int:
    """409: somebody was quicker. 422: it cannot be done so."""
    return 409 if isinstance(error, StaleVersion) else 422


def plain_lines(text: str) -> str:
    """What a browser's text box sends as CRLF, with plain line ends again."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def one_line(text: str | None) -> str | None:
    """A field of one line, whatever was pasted into it."""
    return " ".join(plain_lines(text).split("\n")).strip() if text is not None else None
