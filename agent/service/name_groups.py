"""Let a model name groups from their facts; a name that says more than they do is not used."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from agent.chains.brief import Sheet
from agent.chains.model import AnswerUnusable, ChatModel, ModelDown, ModelMisconfigured
from agent.chains.name_group import GroupNameAnswer, name_group
from agent.domain.customer_group import GroupPhrase
from agent.domain.prediction import BehaviourGroup
from agent.domain.provenance import is_order_to_writer
from agent.ports import ModelCallMade, UnitsOfWork
from agent.service.pseudonyms import mask_strangers
from agent.service.words_of_facts import words_beyond

MOST_CHARACTERS = 20
PLAIN = frozenset({"方", "方々", "人", "人々", "仲間", "選", "買", "求"})
_NUMBER = re.compile(r"[0-9〇零一二三四五六七八九十百千万]")
_WORD = re.compile(r"[一-龥々]{2,}|[ァ-ヺー]{2,}")
_LETTERS = re.compile(r"[ぁ-ゖァ-ヺー一-龥々a-zA-Z・、『』「」]+")


@dataclass(frozen=True, slots=True)
class NameGroups:
    """Names a shop's groups. model: None leaves them as they are."""

    model: ChatModel | None
    units: UnitsOfWork

    async def __call__(self, groups: Sequence[BehaviourGroup]) -> list[BehaviourGroup]:
        """The same groups in the same order, each with a phrase of the model's if it holds. A model's bad day changes nothing.

        Groups without facts are not asked about. What was shown to the model is written down.
        """
        if self.model is None:
            return list(groups)
        journal: list[ModelCallMade] = []
        named = list(groups)
        try:
            for at, group in enumerate(named):
                others = {_called(other) for other in named if other.group_id != group.group_id}
                if group.facts:
                    named[at] = await self._named(self.model, group, others, journal)
        except (ModelDown, ModelMisconfigured):
            pass  # whoever is left keeps the phrase of the fit: asking again for each would take as long for nothing
        finally:
            if journal:
                with self.units() as work:
                    work.model_calls.record(journal, draft_id=None, customer_id=None)
                    work.commit()
        return named

    @staticmethod
    async def _named(
        model: ChatModel, group: BehaviourGroup, taken: Collection[str], journal: list[ModelCallMade]
    ) -> BehaviourGroup:
        facts = [fact for fact in group.facts if not is_order_to_writer(fact.text)]
        shown = {f"F{n}": fact for n, fact in enumerate(facts, start=1)}
        sheets = [Sheet(number, mask_strangers(fact.text)) for number, fact in shown.items()]
        try:
            answer = await name_group(model, sheets, taken=taken, journal=journal)
        except AnswerUnusable:
            return group
        texts = {number: fact.text for number, fact in shown.items()}
        if not name_holds(answer, texts, taken=taken):
            return group
        ids = tuple(dict.fromkeys(shown[number].fact_id for number in answer.fact_ids))
        return replace(group, phrase=GroupPhrase(answer.name.strip(), ids, f"model:{model.name}"))


def name_holds(answer: GroupNameAnswer, facts: Mapping[str, str], *, taken: Collection[str]) -> bool:
    """Whether a name is short, free, without numbers and made of words of the facts it cites. facts: text by number."""
    name = answer.name.strip()
    if not 0 < len(name) <= MOST_CHARACTERS or name in taken or not _LETTERS.fullmatch(name):
        return False
    if not answer.fact_ids or any(number not in facts for number in answer.fact_ids):
        return False
    cited = [facts[number] for number in answer.fact_ids]
    if _NUMBER.search(unicodedata.normalize("NFKC", _without_names(name, cited))):
        return False
    goods = _without_names(name, cited) != name
    speaks = goods or any(word in text for word in _WORD.findall(name) for text in cited)
    return speaks and not words_beyond(name, cited, plain=PLAIN)


def _without_names(name: str, cited: Sequence[str]) -> str:
    """A name without the goods in it: 三年番茶 is no number."""
    for text in cited:
        for item in re.findall(r"『([^』]+)』", text):
            name = name.replace(item, "")
    return name


def _called(group: BehaviourGroup) -> str:
    return group.phrase.text if group.phrase else group.name
