"""Let a model introduce a customer behind the privacy boundary; whatever it cannot prove is told by code instead."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from agent.chains.brief import Sheet
from agent.chains.model import AnswerUnusable, ChatModel, ModelDown, ModelMisconfigured
from agent.chains.summarise import SummaryAnswer, summarise
from agent.domain.chart import Chart, ChartFact
from agent.domain.customer_summary import CustomerSummary, SummarySentence
from agent.domain.message import Paragraph
from agent.domain.provenance import is_order_to_writer, is_recorded
from agent.ports import ModelCallMade, UnitsOfWork
from agent.service.check_evidence import Dated, check_evidence
from agent.service.literals import dates_in
from agent.service.pseudonyms import PrivacyBreach, Pseudonyms
from agent.service.tell_customer import tell_customer, written
from agent.service.words_of_facts import words_beyond

ORDERS_SHOWN, NOTES_SHOWN, NOTE_MOST = 5, 5, 200
"""Newest purchases and notes that leave, and characters of a note."""
MOST_SENTENCES, MOST_CHARACTERS = 5, 90
HEARSAY = re.compile(r"とのこと|そうです|とあります|とうかが|と伺|と聞")
"""What a note says is told as said by somebody."""
WEEKDAYS = "月火水木金土日"
_PLAIN = (
    "注文 購入 買 求 選 回 度 年 月 日 間 間隔 平均 直近 最近 前回 初 初回 最初 今回 今 前 後 以来 品 商品 点 方 様 客 店 当店 "
    "店頭 記録 控 覚 書 言葉 話 伝 繰 返 何度 分類 届 使 思 聞 紹介 頃"
)
PLAIN = frozenset(_PLAIN.split())
"""Words of an introduction that state nothing of anybody. 好 is none of them: whoever is said to like something, a fact says so."""


@dataclass(frozen=True, slots=True)
class SummariseCustomer:
    """Asks one question about one customer. model: None tells by code."""

    model: ChatModel | None
    units: UnitsOfWork

    async def __call__(self, chart: Chart) -> CustomerSummary:
        """The paragraph, by the model if each of its sentences holds, else by code with the reason in `why`.

        Never raises for a model's bad day. What was shown to the model is written down under the customer.
        """
        told = tell_customer(chart)
        shown = _shown(chart)
        if self.model is None or not shown:
            return told
        journal: list[ModelCallMade] = []
        try:
            sentences = await self._asked(self.model, chart, shown, journal)
        except (ModelDown, AnswerUnusable, ModelMisconfigured, PrivacyBreach) as error:
            return CustomerSummary(told.sentences, why=error.ja)
        except Unproven as error:
            return CustomerSummary(told.sentences, why=f"AIの紹介文は使いませんでした。{error}")
        finally:
            self._write_down(journal, chart)
        return CustomerSummary(sentences, author=f"model:{self.model.name}")

    async def _asked(
        self, model: ChatModel, chart: Chart, shown: Mapping[str, ChartFact], journal: list[ModelCallMade]
    ) -> tuple[SummarySentence, ...]:
        named = f"{chart.family_name}さま" if chart.greetable and chart.family_name else ""
        pseudonyms = Pseudonyms(chart, addressed=named)
        sheets = [Sheet(number, _leaves(fact, pseudonyms)) for number, fact in shown.items()]
        texts = [sheet.text for sheet in sheets]
        pseudonyms.require_clean(texts, data=texts)
        day = chart.as_of
        today = f"{day.year}年{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"
        answer = await summarise(model, sheets, today=today, may_name=bool(named), journal=journal)
        return proven(answer, shown, pseudonyms, chart=chart, named=named)

    def _write_down(self, journal: list[ModelCallMade], chart: Chart) -> None:
        if journal:
            with self.units() as work:
                work.model_calls.record(journal, draft_id=None, customer_id=chart.customer_id)
                work.commit()


class Unproven(Exception):
    """A sentence says more than its facts; the text is the reason."""


def proven(
    answer: SummaryAnswer,
    shown: Mapping[str, ChartFact],
    pseudonyms: Pseudonyms,
    *,
    chart: Chart,
    named: str,
) -> tuple[SummarySentence, ...]:
    """The answer's sentences with the chart's own fact ids. Raises Unproven at the first that does not hold.

    shown: number given to the model, to the fact.    named: how the customer may be called, empty for not at all.
    """
    if len(answer.sentences) > MOST_SENTENCES:
        raise Unproven("長すぎます。")
    facts = {fact.id: fact.text for fact in shown.values()}
    days = {i: on[0] for i, text in facts.items() if (on := dates_in([text]))}
    sentences = []
    for said in answer.sentences:
        text = " ".join(pseudonyms.fill(said.text).split())
        if not text or len(text) > MOST_CHARACTERS:
            raise Unproven("空か、長すぎる文があります。")
        if not said.fact_ids or any(number not in shown for number in said.fact_ids):
            raise Unproven(f"根拠の示されていない文があります: 「{text}」")
        ids = tuple(dict.fromkeys(shown[number].id for number in said.fact_ids))
        found = check_evidence(
            text,
            [Paragraph(text, fact_ids=ids)],
            facts=facts,
            passages={},
            dated=Dated(chart.as_of, days),
        )
        if found:
            raise Unproven(found[0].message)
        cited = [facts[i] for i in ids if not is_order_to_writer(facts[i])]
        if beyond := words_beyond(text.replace(named, "") if named else text, cited, plain=PLAIN):
            raise Unproven(f"「{beyond[0]}」は、その文の根拠にない言葉です。")
        if not any(map(is_recorded, ids)) and not HEARSAY.search(text):
            raise Unproven(f"控えの言葉が、確かなことのように書かれています: 「{text}」")
        sentences.append(SummarySentence(text, ids))
    return tuple(sentences)


def _shown(chart: Chart) -> dict[str, ChartFact]:
    """What leaves, by number: sums, the newest purchases, the newest notes. Consent, birthday and single lines stay here."""
    orders = [fact for fact in chart.facts if fact.id.startswith("order:")]
    orders.sort(key=lambda fact: dates_in([fact.text])[:1], reverse=True)
    notes = [fact for fact in written(chart) if len(fact.text) <= NOTE_MOST]
    chosen = [fact for fact in chart.facts if fact.id.startswith("summary:")]
    chosen += [*orders[:ORDERS_SHOWN], *notes[:NOTES_SHOWN]]
    return {f"F{n}": fact for n, fact in enumerate(chosen, start=1)}


def _leaves(fact: ChartFact, pseudonyms: Pseudonyms) -> str:
    """A fact as it may leave; somebody's own words are marked as such."""
    if is_recorded(fact.id):
        return pseudonyms.mask(fact.text)
    return f"覚え書き: {pseudonyms.mask(fact.text, people=True)}"
