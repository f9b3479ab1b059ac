"""Find an e-mail that does not say who writes, where they are, whom to ask and how to leave (特定電子メール法 4条).

Also any text that refuses, restricts or misstates leaving.
"""

import re
from collections.abc import Iterator

from agent.domain.finding import Finding
from agent.domain.occasion import Occasion
from evals.checks.fold import fold_width, squeezed
from evals.checks.phrases import find_phrases, load_phrases
from evals.checks.reading import Reading
from evals.checks.stop_statements import find_stop_statements

CHECK = "missing_optout_or_sender"

_OPT_OUT_WORDS = re.compile(
    r"配信(?:の)?(?:停止|解除|中止|設定|不要)|(?:購読|登録|受信|配信|メルマガ|メール)(?:の|を|は|が)?(?:ご)?(?:解除|停止|中止|お?止め|やめ|不要|変更)|"
    r"(?:ご)?(?:案内|連絡|メール|お知らせ|配信|受け取り)[^。\n]{0,12}(?:不要|希望されない|希望しない|止め|停止|やめ|解除)|"
    r"(?:受け取り|お便り)(?:の|を|は|が)?[^。\n]{0,8}(?:止め|とめ)|"
    r"停止|解除|不要な方|不要の方|ご不要|オプトアウト|退会|unsubscribe|opt[- ]?out",
    re.IGNORECASE,
)
_SELLING = re.compile(r"新商品|新作|おすすめ商品|セール|キャンペーン|お買い得|特別価格|ご購入はこちら")
_CONTACT = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\+?\d[\d\-() ]{7,}\d|https?://\S+")
_NOT_SET = "お店の設定に{part}がなく、確かめられません。設定に{part}を入れてから、もう一度検査してください（特定電子メール法4条）。"
_POSTCODE = re.compile(r"〒?\s*\d{3}-?\d{4}\s*")


def find(reading: Reading) -> Iterator[Finding]:
    """One finding for each missing part, at the end of the body, and one for each untrue statement on stopping.

    The parts are asked of e-mail only: LINE is outside this law; so is a plain apology's opt-out.
    """
    yield from find_stop_statements(reading, CHECK)
    yield from find_phrases(CHECK, reading.fields, load_phrases(CHECK, spelling=True))
    if not reading.is_email:
        return
    shop, whole = reading.context.shop, squeezed(reading.message.body)
    missing = []
    if not _holds(whole, shop.sender_name or shop.name):
        missing.append("差出人の名称")
    if not _holds_address(whole, shop.address):
        missing.append("住所")
    if not _holds_contact(whole, shop.contact):
        missing.append("問い合わせ先")
    if _needs_opt_out(reading):
        if not _holds(whole, shop.unsubscribe_url):
            missing.append("配信停止のURL")
        elif not _OPT_OUT_WORDS.search(reading.body.plain.text):
            missing.append("配信停止ができる旨の一文")
    end = len(reading.body.plain.text)
    settings = {
        "差出人の名称": shop.sender_name or shop.name,
        "住所": shop.address,
        "問い合わせ先": shop.contact,
        "配信停止のURL": shop.unsubscribe_url,
    }
    for part in missing:
        if not settings.get(part, part).strip():
            yield reading.body.find(CHECK, end, end, _NOT_SET.format(part=part))
            continue
        yield reading.body.find(
            CHECK,
            end,
            end,
            f"メールに{part}がありません。署名欄に{part}を入れてください（特定電子メール法4条）。",
        )


def _needs_opt_out(reading: Reading) -> bool:
    """An apology without selling is no advertisement; everything else is."""
    if reading.occasion is not Occasion.SERVICE_RECOVERY:
        return True
    return bool(_SELLING.search(reading.body.said))


def _holds(whole: str, part: str) -> bool:
    """True when the squeezed body holds the part. A shop without that setting cannot send: False."""
    wanted = squeezed(part)
    return bool(wanted) and wanted in whole


def _holds_address(whole: str, address: str) -> bool:
    """The postcode may be left out; the rest must be there."""
    wanted = squeezed(_POSTCODE.sub("", fold_width(address).text))
    return bool(wanted) and wanted in whole


def _holds_contact(whole: str, contact: str) -> bool:
    """One of the contact's addresses or numbers is enough; a contact without any must appear as it stands."""
    parts = [squeezed(part) for part in _CONTACT.findall(fold_width(contact).text)]
    return any(part in whole for part in parts) if parts else _holds(whole, contact)
