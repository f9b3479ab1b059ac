"""How is a customer found, and may they be greeted by name and written to at all?"""

import unicodedata

from agent.domain.history import PersonRecord


def fold_email(text: str) -> str:
    """The e-mail key: NFKC, trimmed, casefolded; dots and plus stay, they may be another person."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def greetable(person: PersonRecord) -> bool:
    """True when the family name is recorded and survived its export (`?` and U+FFFD are what a lossy one leaves)."""
    name = (person.family_name or "").strip()
    whole = name + (person.given_name or "")
    return bool(name) and not person.name_damaged and not set(whole) & {"?", "？", "\ufffd"}


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
