"""The HTML of a letter, made from the very body that was approved: MJML, escaped, its styles written into the elements."""

from functools import cache
from pathlib import Path

import css_inline
import mjml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from agent.domain.delivery import OutgoingMessage
from agent.domain.errors import PolicyRefusal
from channels.body_parts import is_own, parts_of

LAYOUTS = Path(__file__).parent / "layouts"
"""Published layouts, `NAME/vN.mjml.j2`. A published one is never edited: what leaves must be what was approved."""
_NO_XML = {*range(0x20)} - {0x9, 0xA, 0xD} | {0xFFFE, 0xFFFF}


def letter_html(message: OutgoingMessage) -> str:
    """HTML with the words of the body, for light and dark screens, wide and narrow. The same for the same message.

    Raises PolicyRefusal for a layout this version does not know, signs no document may hold, and a picture from elsewhere.
    """
    layout = message.layout
    if layout is None or not _is_published(layout.name):
        raise _refusal("レイアウトが見つかりません", f"unknown layout {layout.name if layout else None}")
    if layout.picture and not (layout.picture.alt.strip() and is_own(layout.picture.url, message)):
        raise _refusal("画像の場所か説明文が正しくありません", f"picture refused: {layout.picture.url}")
    parts = parts_of(message)
    source = _templates().get_template(f"{layout.name}.mjml.j2")
    values = {
        "subject": message.subject or "",
        "preheader": message.preheader or "",
        "picture": layout.picture,
        "blocks": parts.blocks,
        "footer": parts.footer,
    }
    try:
        text = source.render(**values)
        text.encode()
        if not _NO_XML.isdisjoint(map(ord, text)):
            raise ValueError("control characters")
        return _inliner().inline(mjml.mjml2html(text))
    except (ValueError, css_inline.InlineError) as error:
        raise _refusal("文字として読めない符号が含まれています", str(error)) from error


def _is_published(name: str) -> bool:
    return name in {
        str(path.relative_to(LAYOUTS)).removesuffix(".mjml.j2") for path in LAYOUTS.glob("*/*.mjml.j2")
    }


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(LAYOUTS), autoescape=True, undefined=StrictUndefined)


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)


def _refusal(problem: str, detail: str) -> PolicyRefusal:
    return PolicyRefusal(
        f"mail layout: {detail}",
        ja=f"本文のHTMLを作れないため送信しません（{problem}）。文面や設定を直してください。",
    )
