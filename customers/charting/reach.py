"""How is a customer found, and may they be greeted by name and written to at all?"""

import re
import unicodedata

from agent.domain.history import PersonRecord

LONGEST_NAME = 12
"""Characters. The longest family names of Japan have five kanji, kana spellings and foreign names about ten."""
_KATAKANA = re.compile(r"[ァ-ヴー・]+")
_NO_NAME = re.compile(
    r"[。、!?:;/@#%&=<>{}\[\]\"「」『』【】()\n\t\ufffd\u00ad\u200b-\u200f\u2060-\u2064\ufeff\d]|"
    r"(?<=..)(?:です|ます|ません|ました|でした|だよ|かばい|ばい|たい|せよ|しろ|なさい|ください|下さい|して|しないで|すること|こと|べし|禁止|無視|希望|不要)$|"
    r"(?<=[一-鿿ぁ-んァ-ヴー])(?:は|を|へ)(?=[一-鿿ァ-ヴ])|[一-鿿](?:に|が|で|と)[一-鿿].*[ぁ-ん]$|"
    r"(?:https?|www|system|ignore|override)",
    re.IGNORECASE,
)


def fold_email(text: str) -> str:
    """The e-mail key: NFKC, trimmed, casefolded; dots and plus stay, they may be another person."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def greetable(person: PersonRecord) -> bool:
    """True when the family name is recorded, survived its export and is a name."""
    name = (person.family_name or "").strip()
    return (
        bool(name)
        and not person.name_damaged
        and is_a_name(name)
        and (not (person.given_name or "").strip() or is_a_name(person.given_name or ""))
    )


def is_a_name(text: str) -> bool:
    """False for what a form's name field holds besides names: sentences, orders, links, numbers, and the `?` and
    U+FFFD that a lossy export leaves.

    Japanese and foreign names, names of shops and pen names with a middle dot pass. At most `LONGEST_NAME` characters in Japanese
    script, twice that in Latin letters.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    longest = LONGEST_NAME * (2 if plain.isascii() else 1)
    parted = plain.count("・") < 2 or _KATAKANA.fullmatch(plain) is not None
    return len(plain) <= longest and parted and not _NO_NAME.search(plain)


def contactable(person: PersonRecord) -> bool:
    """False for withdrawn members, for those we promised silence, and when every address we know is suppressed."""
    if person.withdrawn or person.never_contact:
        return False
    addresses = [
        stopped
        for address, stopped in (
            (person.email, person.suppressed_email),
            (person.line_user_id, person.suppressed_line),
        )
        if address
    ]
    return not addresses or not all(addresses)
