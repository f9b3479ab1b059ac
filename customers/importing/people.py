"""Who stands behind the rows: one person per component of identities, as a pure function of everything stated."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from agent.domain.identity import Note, Person, Statement, Word, person_id
from customers.importing.ports import Node, People

_LEADS = {"email": 0, "line": 1, "eccube_member": 2, "shopify_customer": 3, "row": 4}
"""Which identity names a person: an address outlives a member number, so the id seldom changes."""


def resolve_people(ledger: People) -> None:
    """Bring the store's people in step with its rows, for everybody this run touched."""
    ledger.assign(who_is_who(ledger))
    withdrawn = ledger.withdrawn_addresses()
    stated = ledger.members_with_address()
    own = ledger.own_words()
    ledger.put_people(_people(ledger, withdrawn, stated, own))


def _people(
    ledger: People, withdrawn: Set[str], stated: Set[str], own: Mapping[str, Mapping[str, bool]]
) -> Iterator[Person]:
    for customer_id, said in ledger.statements():
        if len(said) == 1 and said[0].origin == "order" and said[0].platform == "shopify" and not withdrawn:
            yield _guest(customer_id, said[0], own.get(customer_id, {}))
        elif said:
            yield person_of(
                customer_id,
                said,
                withdrawn=withdrawn,
                members_with_address=stated,
                own=own.get(customer_id, {}),
            )


def who_is_who(ledger: People) -> dict[Node, str]:
    """The customer id of every identity whose rows alone would not tell it.

    EC-CUBE: the member number leads, and members of one address are one; a member whose own row states no address is known by
    the addresses of their orders. A list: address, then LINE id. Never a name, never a telephone.
    """
    groups = _Groups()
    for one, other in ledger.links():
        groups.join(one, other)
    with_address = ledger.members_with_address()
    for member, address in ledger.members_of_orders():
        node = ("eccube_member", member)
        groups.join(node, node)
        if address and member not in with_address:
            groups.join(node, ("email", address))
    for address in ledger.joined_addresses():
        groups.join(("email", address), ("email", address))
    return groups.persons()


class _Groups:
    """Identities joined into persons (union-find)."""

    def __init__(self) -> None:
        self._parent: dict[Node, Node] = {}

    def join(self, one: Node, other: Node) -> None:
        first, second = self._root(one), self._root(other)
        if first == second:
            return
        if _rank(second) < _rank(first):
            first, second = second, first
        self._parent[second] = first

    def persons(self) -> dict[Node, str]:
        """Each identity's customer id. The leading identity is the root: joining keeps the first by rank on top."""
        return {node: person_id(*self._root(node)) for node in list(self._parent)}

    def _root(self, node: Node) -> Node:
        root = self._parent.setdefault(node, node)
        while root != self._parent[root]:
            root = self._parent[root]
        while self._parent[node] != root:
            self._parent[node], node = root, self._parent[node]
        return root


def _rank(node: Node) -> tuple[int, str]:
    return _LEADS[node[0]], node[1]


def _guest(customer_id: str, said: Statement, own: Mapping[str, bool]) -> Person:
    """`person_of` for the commonest person by far: a Shopify guest known by one order row alone."""
    words = (_word(said, "email"),) if said.accepts_email is not None else ()
    return Person(
        customer_id, said.platform, said.email, said.email_key, None, None, None, None, None, False, said.phone, None, None, False,
        _final(said.accepts_email, False, own.get("email")), _final(None, False, own.get("line")), None,
        (("email", said.email_key),) if said.email_key else (), words,
        (Note(said.key, said.note, said.import_id, said.file, said.row),) if said.note else (),
    )  # fmt: skip


def person_of(
    customer_id: str,
    said: Sequence[Statement],
    *,
    withdrawn: Set[str],
    members_with_address: Set[str],
    own: Mapping[str, bool],
) -> Person:
    """One person from all rows about them.

    withdrawn: address keys of withdrawn members.    own: what the person said themselves, per channel; a no there is final.
    Rows of customer files speak before orders, newer before older.
    """
    ranked = sorted(said, key=lambda s: (s.at or "", s.key), reverse=True)
    ranked.sort(key=lambda s: s.origin != "record")
    reachable = [s for s in ranked if not _speaks_for_member(s, members_with_address)]
    named = next((s for s in ranked if (s.family_name or s.given_name) and not s.name_damaged), None)
    named = named or next((s for s in ranked if s.family_name or s.given_name), None)
    with_email = next((s for s in reachable if s.email_key), None) or next(
        (s for s in ranked if s.email_key), None
    )
    gone = any(s.withdrawn or (s.email_key in withdrawn) for s in ranked)
    email, email_words = _consent(ranked, "email")
    line, line_words = _consent(ranked, "line")
    return Person(
        customer_id=customer_id,
        platform=ranked[0].platform,
        email=with_email.email if with_email else None,
        email_key=with_email.email_key if with_email else None,
        line_user_id=next((s.line_user_id for s in ranked if s.line_user_id), None),
        family_name=named.family_name if named else None,
        given_name=named.given_name if named else None,
        family_kana=next((s.family_kana for s in ranked if s.family_kana), None),
        given_kana=next((s.given_kana for s in ranked if s.given_kana), None),
        name_damaged=named.name_damaged if named else False,
        phone=next((s.phone for s in ranked if s.phone), None),
        prefecture=next((s.prefecture for s in ranked if s.prefecture), None),
        birthday=next((s.birthday for s in ranked if s.birthday), None),
        withdrawn=gone,
        consent_email=_final(email, gone, own.get("email")),
        consent_line=_final(line, gone, own.get("line")),
        registered_at=min((s.at for s in ranked if s.origin == "record" and s.at), default=None),
        identities=tuple(dict.fromkeys(_identities(reachable, ranked))),
        words=(*email_words, *line_words),
        notes=tuple(_notes(ranked)),
    )


def _speaks_for_member(said: Statement, members_with_address: Set[str]) -> bool:
    """Whether a member's order shows an address while the member's own row states one: then the row's counts."""
    return (
        said.origin == "order" and said.external_id is not None and said.external_id in members_with_address
    )


def _final(imported: bool | None, withdrawn: bool, own: bool | None) -> bool | None:
    """No beats yes beats nothing said, whoever said it; a withdrawn member is a no."""
    if withdrawn or imported is False or own is False:
        return False
    return imported if imported is not None else own


def _consent(ranked: Sequence[Statement], channel: str) -> tuple[bool | None, list[Word]]:
    """What the files say, and the rows that say it.

    Rows of customer files and of plain lists all speak: any no is no. Shopify's and EC-CUBE's orders speak only for guests,
    and only the latest of them (its several lines or two orders of one moment: no wins).
    """
    records = [s for s in ranked if s.origin == "record"]
    speaking = [s for s in ranked if s.origin == "order" and s.platform == "generic"]
    of_shop = {s.platform for s in records}
    for platform in ("shopify", "eccube"):
        orders = [s for s in ranked if s.origin == "order" and s.platform == platform]
        if orders and platform not in of_shop:
            speaking += [s for s in orders if s.at == orders[0].at]
    heard = [s for s in (*records, *speaking) if _answer(s, channel) is not None]
    answers = {_answer(s, channel) for s in heard}
    state = False if False in answers else True if True in answers else None
    return state, [_word(s, channel) for s in heard]


def _answer(said: Statement, channel: str) -> bool | None:
    return said.accepts_email if channel == "email" else said.accepts_line


def _word(said: Statement, channel: str) -> Word:
    pair = said.email_said if channel == "email" else said.line_said
    return Word(
        key=said.key,
        channel=channel,
        state=bool(_answer(said, channel)),
        import_id=said.import_id,
        file=said.file,
        row=said.row,
        column=pair[0] if pair else None,
        said=pair[1] if pair else None,
    )


def _identities(reachable: Iterable[Statement], ranked: Iterable[Statement]) -> Iterator[Node]:
    for said in reachable:
        if said.email_key:
            yield "email", said.email_key
        if said.line_user_id:
            yield "line", said.line_user_id
    for said in ranked:
        if said.external_id:
            yield ("eccube_member" if said.platform == "eccube" else "shopify_customer"), said.external_id


def _notes(ranked: Iterable[Statement]) -> Iterator[Note]:
    """Staff notes, the same words once; the row that says them first in time keeps them."""
    told: set[str] = set()
    for said in sorted(ranked, key=lambda s: (s.origin != "record", s.at or "", s.key)):
        if said.note and said.note not in told:
            told.add(said.note)
            yield Note(said.key, said.note, said.import_id, said.file, said.row)
