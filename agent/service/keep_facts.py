"""Keep what staff know of a customer: write a fact down, strike it out, restore it. Nothing is deleted, everything audited."""

from dataclasses import replace
from uuid import uuid4

from agent.domain.errors import CallerMistake, NotFound, PolicyRefusal
from agent.domain.staff import ROLE_JA, Right
from agent.ports import Charts, Clock, UnitOfWork, UnitsOfWork, WrittenFact

NOTE = "note"
LONGEST_FACT, LONGEST_QUOTE, LONGEST_REASON = 5_000, 500, 500
"""Characters. A fact is a sentence or two; prompts take 300 of it."""


class KeepFacts:
    """Three verbs on written facts, each one transaction. A struck fact is shown to nobody and used by nothing."""

    def __init__(self, *, units: UnitsOfWork, charts: Charts, clock: Clock) -> None:
        self._units, self._charts, self._clock = units, charts, clock

    def add(self, customer: str, text: str, *, by: str, quote: str | None = None) -> WrittenFact:
        """Write a fact down. customer: any reference a chart is found by.    quote: the customer's own words.

        Raises NotFound (customer, user), CallerMistake for an empty or overlong text, PolicyRefusal for the role of `by`, the author.
        """
        said = _required(text, LONGEST_FACT)
        words = _optional(quote, LONGEST_QUOTE, "お客さまの言葉")
        customer_id = self._charts.find(customer)
        fact_id = f"f_{uuid4().hex[:16]}"
        fact = WrittenFact(
            fact_id=fact_id,
            customer_id=customer_id,
            kind=NOTE,
            text=said,
            quote=words,
            author=by,
            source=f"notes:{fact_id}",
            at=self._clock.now(),
            struck_at=None,
            struck_by=None,
            struck_reason=None,
        )
        with self._units() as unit:
            by = _require_writer(unit, by)
            fact = replace(fact, author=by)
            unit.facts.add(fact)
            _audit(unit, by, "fact_added", fact)
            unit.commit()
        return fact

    def strike(self, fact: str, *, by: str, reason: str | None = None) -> WrittenFact:
        """Strike a fact out: from this moment charts, drafts and prompts do without it. Struck twice, the first stands.

        fact: its id, also as charts write it (`note:ID`). Raises NotFound, CallerMistake, PolicyRefusal.
        """
        why = _optional(reason, LONGEST_REASON, "理由")
        with self._units() as unit:
            by = _require_writer(unit, by)
            found = unit.facts.get(_bare(fact))
            if found.struck_at is None:
                unit.facts.strike(found.fact_id, by=by, reason=why, at=self._clock.now())
                found = unit.facts.get(found.fact_id)
                _audit(unit, by, "fact_struck", found)
                unit.commit()
        return found

    def restore(self, fact: str, *, by: str) -> WrittenFact:
        """Let a struck fact count again; who had struck it and why stays in the audit log. Raises NotFound, PolicyRefusal."""
        with self._units() as unit:
            by = _require_writer(unit, by)
            found = unit.facts.get(_bare(fact))
            if found.struck_at is not None:
                unit.facts.restore(found.fact_id)
                _audit(unit, by, "fact_restored", found)
                found = unit.facts.get(found.fact_id)
                unit.commit()
        return found

    def listed(self, customer: str, *, struck: bool = False) -> list[WrittenFact]:
        """A customer's written facts, oldest first. struck: those struck out as well. Raises NotFound."""
        customer_id = self._charts.find(customer)
        with self._units(read_only=True) as unit:
            return unit.facts.of(customer_id, struck=struck)


def _require_writer(unit: UnitOfWork, name: str) -> str:
    """The stored name of a member who may write. Raises NotFound, PolicyRefusal."""
    found = unit.staff.find(name)
    if found is None:
        raise NotFound(
            f"no member of staff {name!r}",
            ja=f"担当者「{name}」は登録されていません。`okaeri user add {name} --role writer` で登録してください。",
        )
    member = found[0]
    if not member.may(Right.WRITE):
        raise PolicyRefusal(
            f"{name} ({member.role}) may not keep facts",
            ja=f"「{name}」さんの権限（{ROLE_JA[member.role]}）では、メモの追加・取り消しはできません。書き手か承認者の方にご依頼ください。",
        )
    return member.name


def _audit(unit: UnitOfWork, by: str, action: str, fact: WrittenFact) -> None:
    """Without the words themselves: a customer's erasure must not have to rewrite the chain."""
    struck: dict[str, object] = (
        {"struck_by": fact.struck_by, "reason": fact.struck_reason} if fact.struck_at else {}
    )
    unit.audit.record(
        actor=by,
        action=action,
        object_kind="fact",
        object_id=fact.fact_id,
        detail={"customer_id": fact.customer_id, **struck},
    )


def _bare(fact: str) -> str:
    """The id without the kind charts put before it. Raises NotFound for a computed fact: those follow from records."""
    kind, _, fact_id = fact.strip().rpartition(":")
    if kind and kind.partition(":")[0] in ("summary", "order", "line", "consent", "profile"):
        raise NotFound(
            f"{fact!r} is not a written fact",
            ja="注文や登録から数えた事実は取り消せません。もとの記録を直して取り込み直してください。",
        )
    return fact_id


def _required(text: str, longest: int) -> str:
    said = text.replace("\x00", "").strip()
    if not said:
        raise CallerMistake("a fact needs a text", ja="メモの文を入力してください。")
    return _short(said, longest, "メモ")


def _optional(text: str | None, longest: int, name: str) -> str | None:
    said = (text or "").replace("\x00", "").strip()
    return _short(said, longest, name) if said else None


def _short(said: str, longest: int, name: str) -> str:
    if len(said) > longest:
        raise CallerMistake(
            f"{len(said)} characters, at most {longest}",
            ja=f"{name}が長すぎます。{longest:,}文字以内にしてください。",
        )
    return said
