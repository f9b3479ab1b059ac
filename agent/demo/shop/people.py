"""Who the shop's customers are: names, addresses, wishes about e-mail, and what staff wrote down about them."""

from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random
from typing import Final

from agent.demo.shop.catalogue import Family
from agent.demo.shop.names import HOSTILE, RARE, Name, draw_names
from agent.demo.shop.places import Address, draw_address, draw_phone

PEOPLE: Final = 500
"""Everyone the shop knows, over all files."""
GUESTS: Final = 40
"""Bought online without an account: they appear in orders only."""
STALL_ONLY: Final = 15
"""Known from the Saturday market alone: they appear in the stall's list only."""
NEVER_BOUGHT: Final = 18
"""Signed up for the newsletter and never ordered."""
WITHOUT_EMAIL: Final = 11
"""Signed up with a telephone number."""

_DOMAINS: Final = ("example.com", "example.jp", "example.net", "example.org")


class Kind(StrEnum):
    """How the shop knows a person."""

    MEMBER = "member"
    GUEST = "guest"
    STALL_ONLY = "stall_only"
    NEVER_BOUGHT = "never_bought"


@dataclass(frozen=True, slots=True)
class Person:
    """One customer. number: 0-499, stable for a seed. email: None when unknown. phone: 000-…

    consent: the newsletter today. consent_at_checkout: what the order's flag says (some changed their mind later).
    taste: weight of each family of products. size: S, M or L. line_id: U and 32 hex digits, known from the stall.
    """

    number: int
    kind: Kind
    name: Name
    email: str | None
    phone: str
    address: Address
    consent: bool
    consent_at_checkout: bool
    taste: tuple[tuple[Family, float], ...]
    size: str
    line_id: str
    note: str = ""
    tags: tuple[str, ...] = ()


def _email(name: Name, rng: Random, taken: set[str]) -> str:
    family, given = name.romaji
    local = rng.choice(
        (f"{given}.{family}", f"{family}.{given}", f"{given}{family[0]}", f"{given[0]}_{family}")
    )
    domain = rng.choices(_DOMAINS, (5, 3, 1, 1))[0]
    address = f"{local}@{domain}"
    while address in taken:
        address = f"{local}{rng.randint(2, 99)}@{domain}"
    taken.add(address)
    return address


def _taste(name: Name, rng: Random) -> tuple[tuple[Family, float], ...]:
    leaning = (1.5, 1.5, 0.7, 0.9) if name.sex == "f" else (0.3, 1.8, 0.7, 0.9)
    # A small shape makes most people come for one shelf and few for all four.
    drawn = [rng.gammavariate(0.55 * lean, 1.0) + 0.02 for lean in leaning]
    return tuple((family, weight / sum(drawn)) for family, weight in zip(Family, drawn, strict=True))


def _size(name: Name, rng: Random) -> str:
    return rng.choices(("S", "M", "L"), (3, 5, 2) if name.sex == "f" else (1, 4, 5))[0]


def _kinds() -> list[Kind]:
    odd = [Kind.GUEST] * GUESTS + [Kind.STALL_ONLY] * STALL_ONLY + [Kind.NEVER_BOUGHT] * NEVER_BOUGHT
    return [Kind.MEMBER] * (PEOPLE - len(odd)) + odd


def _tags(rng: Random) -> tuple[str, ...]:
    return (f"誕生月:{rng.randint(1, 12)}月",) if rng.random() < 0.25 else ()


def _person(number: int, kind: Kind, name: Name, seed: int, taken: set[str]) -> Person:
    rng = Random(f"{seed}/person/{number}")
    consent = rng.random() < 0.72
    return Person(
        number=number,
        kind=kind,
        name=name,
        email=_email(name, rng, taken),
        phone=draw_phone(rng),
        address=draw_address(rng),
        consent=consent,
        consent_at_checkout=consent or rng.random() < 0.2,
        taste=_taste(name, rng),
        size=_size(name, rng),
        line_id="U" + "".join(rng.choices("0123456789abcdef", k=32)),
        tags=_tags(rng) if kind is not Kind.GUEST else (),
    )


def _without_email(person: Person) -> Person:
    return replace(person, email=None, consent=False, consent_at_checkout=False)


def draw_people(seed: int, *, clean: int) -> list[Person]:
    """All customers of the shop, the same for the same seed.

    clean: the first this many are ordinary members with an e-mail address and consent, for the scenes the demo needs.
    After them come the names that software gets wrong, then everybody else.
    """
    rng = Random(f"{seed}/names")
    plain = draw_names(rng, PEOPLE - len(RARE) - 1)
    names = [*plain[:clean], *RARE, HOSTILE, *plain[clean:]]
    taken: set[str] = set()
    people = [
        _person(number, kind, name, seed, taken)
        for number, (kind, name) in enumerate(zip(_kinds(), names, strict=True))
    ]
    people[:clean] = [replace(person, consent=True, consent_at_checkout=True) for person in people[:clean]]
    ordinary = [p.number for p in people[clean + len(RARE) + 1 :] if p.kind is Kind.MEMBER]
    for number in rng.sample(ordinary, WITHOUT_EMAIL):
        people[number] = _without_email(people[number])
    return _share_a_telephone(people, ordinary)


def _share_a_telephone(people: list[Person], ordinary: list[int]) -> list[Person]:
    """Two members of one household: the same telephone and address, two people, never to be merged unasked."""
    first, second = people[ordinary[0]], people[ordinary[1]]
    people[second.number] = replace(second, phone=first.phone, address=first.address)
    return people
