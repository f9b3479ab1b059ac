"""Find links that lead outside the shop's own domain, look like it without being it, or are not encrypted."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from agent.domain.finding import Finding, Severity
from evals.checks.fold import INVISIBLE, fold_width
from evals.checks.reading import FieldText, Reading

CHECK = "unsafe_link"

_JAPANESE = r"\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff60"
_SCHEME = re.compile(
    r"(?<![A-Za-z])(?:h[tx]{2}ps?|ftp|ftps|file|ws|wss)\s?[:：]\s?[/／]{1,2}[^\s<>\"'「」『』（）【】、。]+",
    re.IGNORECASE,
)
_NO_SCHEME = re.compile(r"(?<![\w:：/／])//(?:[\w-]+\.)+[A-Za-z]{2,}(?:/[!-~]*)?")
_WIDE = re.compile(
    r"(?:h[tx]{2}ps?|ftp)[:：][/／]{2}[^\s、。「」（）]*|[ｈＨ][ｔＴ]{2}[ｐＰ][ｓＳ]?[:：][/／]{2}[^\s、。「」（）]*",
    re.IGNORECASE,
)
_WIDE_BARE = re.compile(r"(?:[A-Za-z0-9Ａ-Ｚａ-ｚ０-９－-]+．)+[Ａ-Ｚａ-ｚA-Za-z]{2,}(?:[／/][!-~！-～]*)?")
_WIDE_SIGN = re.compile(r"[＠／：．＆＝％＃ａ-ｚＡ-Ｚ]")
_SCRIPT = re.compile(r"(?<![A-Za-z])(?:javascript|data|vbscript)\s*[:：](?!\s)[^\s]{3,}", re.IGNORECASE)
_TOP = (
    "com|net|org|info|biz|jp|co|io|me|ly|gl|gd|to|cc|tk|ml|ga|cf|gq|xyz|top|site|online|shop|store|link|click|app|dev|page|pw|ws|ee|be|nu|tv|"
    "us|uk|cn|ru|kr|tw|asia|tokyo|osaka|club|live|fun|website|space|work|buzz|icu|vip|win|zip|mov|example|test|invalid"
)
_BARE = re.compile(
    rf"(?<![\w@./:%-])(?:[\w-]+\.)+(?:{_TOP})(?![\w.-]*@)(?![A-Za-z0-9-])(?:[/:?][!-~]*)?", re.IGNORECASE
)
_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
_HIDDEN = "全角や見えない文字を使ったリンクです。行き先が変わるおそれがあるため、半角のURLに直してください。"
_NOT_OURS = "お店の連絡先ではないメールアドレスです。お店の連絡先に置き換えてください。"
_TAIL = ".,;:!?)]}>」』）。、"


def find(reading: Reading) -> Iterator[Finding]:
    """One finding a link. The opt-out address of the shop, exactly as set, is always its own."""
    shop = reading.context.shop
    home = _host_of_setting(shop.site_domain)
    own = {link for link in (shop.unsubscribe_url, shop.contact) if link}
    for text in reading.fields:
        yield from _disguised(text)
        yield from _strange_addresses(text, shop.contact, home)
        for start, end in _places(text):
            link = text.raw[start:end]
            why = "" if link in own and link.lower().startswith("https:") else _reason(link, home)
            if why:
                yield Finding(CHECK, Severity.BLOCK, text.field, (start, end), link, why)


def _disguised(text: FieldText) -> Iterator[Finding]:
    """Hosts without a scheme that full-width letters or invisible characters hide: ｗｗｗ．…．ｅｘａｍｐｌｅ."""
    for match in _BARE.finditer(text.plain.text):
        start, end = text.plain.span(*match.span())
        if text.raw[start:end] == match.group() or _WIDE.search(text.raw, max(0, start - 12), end):
            continue
        yield Finding(CHECK, Severity.BLOCK, text.field, (start, end), text.raw[start:end], _HIDDEN)


def _strange_addresses(text: FieldText, contact: str, home: str) -> Iterator[Finding]:
    """Mail addresses that are neither the shop's contact nor at its own domain, whatever their width."""
    ours = fold_width(contact).text.lower()
    for match in _MAIL.finditer(text.plain.text):
        address = match.group().lower()
        host = address.rpartition("@")[2]
        if address in ours or (home and (host == home or host.endswith("." + home))):
            continue
        yield text.find(CHECK, *match.span(), _NOT_OURS)


def _places(text: FieldText) -> Iterator[tuple[int, int]]:
    """Links in the original text: its own letters matter, so nothing is folded."""
    raw, taken = text.raw, 0
    found = sorted(
        (m.span() for p in (_SCHEME, _WIDE, _WIDE_BARE, _NO_SCHEME, _SCRIPT, _BARE) for m in p.finditer(raw)),
        key=lambda s: (s[0], -s[1]),
    )
    for start, end in found:
        if start < taken:
            continue
        while end > start and raw[end - 1] in _TAIL:
            end -= 1
        taken = end
        yield start, end


def _reason(link: str, home: str) -> str:
    """Why a link must not be sent, in Japanese; empty when it may."""
    lowered = link.lower()
    if lowered.startswith(("javascript", "data", "vbscript")):
        return "実行される形のリンクは使えません。お店のページのURLに置き換えてください。"
    if _WIDE_SIGN.search(link):
        return "全角の文字が入ったリンクです。行き先が変わるおそれがあるため、半角のURLに直してください。"
    host = _host(link)
    if not home:
        return (
            "お店のドメインが設定されていないため、リンクの安全を確かめられません。設定を確認してください。"
        )
    if host != home and not host.endswith("." + home):
        return f"お店のドメイン（{home}）ではないリンクです。お店のページのURLに置き換えてください。"
    if "://" in lowered and not lowered.startswith("https://"):
        return "暗号化されていないリンクです。https:// で始まるURLにしてください。"
    return ""


def _host(link: str) -> str:
    """The host a browser would go to: after any user part, without port, in the letters as written."""
    rest = (
        re.split(r"[:：]\s?[/／]{1,2}", link, maxsplit=1)[-1]
        if re.match(r"[a-z]+\s?[:：]", link, re.IGNORECASE)
        else link.removeprefix("//")
    )
    authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0]
    host = authority.rsplit("@", 1)[-1]
    if not INVISIBLE.intersection(host):
        # Japanese right after a link is the sentence going on, not a part of the name.
        host = re.split(rf"(?<=[A-Za-z0-9])[{_JAPANESE}]", host, maxsplit=1)[0]
    return re.sub(r":\d*$", "", host).rstrip(".").lower()


def _host_of_setting(domain: str) -> str:
    """The shop's domain as set, with or without scheme or www."""
    bare = domain.strip().lower()
    host = urlsplit(bare).hostname or "" if "://" in bare else bare.split("/")[0]
    return host.removeprefix("www.").rstrip(".")
