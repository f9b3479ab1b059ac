"""A shop's `voice.md` in the home folder: read when it changed, each change kept."""

from pathlib import Path

from agent.domain.errors import OperatorMustFix
from agent.domain.voice import NO_GUIDE, ShopGuide
from agent.ports import UnitsOfWork
from agent.service.voice_guide import read_guide

FILE = "voice.md"


class VoiceFile:
    """`agent.ports.ReadGuide` over a file. Every new text is kept in the store before it is used."""

    def __init__(self, home: Path, *, units: UnitsOfWork) -> None:
        self.path, self._units = home / FILE, units
        self._read: tuple[tuple[int, int], ShopGuide] | None = None

    def __call__(self) -> ShopGuide:
        """Today's guide; NO_GUIDE without a file. Raises OperatorMustFix."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return NO_GUIDE
        mark = (found.st_mtime_ns, found.st_size)
        if self._read is None or self._read[0] != mark:
            text = read_text(self.path)
            guide = read_guide(text)
            with self._units(read_only=True) as work:
                newest = next(iter(work.voice.guides(limit=1)), None)
            if newest is None or newest.digest != guide.digest:
                self.keep(text, guide, by="okaeri")
            self._read = (mark, guide)
        return self._read[1]

    def put(self, text: str, *, by: str) -> bool:
        """Check a text, write it as the shop's guide and keep it. True when it was new. Raises OperatorMustFix."""
        guide = read_guide(text)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".new")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self.path)
        return self.keep(text, guide, by=by)

    def keep(self, text: str, guide: ShopGuide, *, by: str) -> bool:
        """Append the text to the guide's history unless it stands there already."""
        with self._units() as work:
            new = work.voice.keep_guide(text, digest=guide.digest, by=by)
            work.commit()
        return new


def read_text(path: Path) -> str:
    """The text of a guide. Raises OperatorMustFix."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise OperatorMustFix(f"{path} is not there", ja=f"{path} がありません。") from error
    except (UnicodeDecodeError, OSError) as error:
        raise OperatorMustFix(
            f"{path} is not a UTF-8 file",
            ja=f"{path} をUTF-8のファイルとして読めません。UTF-8で保存してください。",
        ) from error
