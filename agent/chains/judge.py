"""Ask a model to judge a text: one criterion at a time, several times, and take the majority; or to compare two texts."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from agent.chains.model import AnswerUnusable, ChatModel
from agent.domain.judgement import CRITERION_JA, INSPECTED, Better, Criterion, JudgedProblem, Judgement
from agent.domain.message import MessageContext, Offer, ProductFacts, WrittenMessage
from agent.domain.occasion import OCCASION_JA
from agent.ports import ModelCallMade
from prompts.registry import RenderedPrompt, load_prompt

REPEATS = 3
"""Asked three times, so that one slip is outvoted; more costs more than it was seen to add."""
WEEKDAYS = "月火水木金土日"

QUESTION = {
    Criterion.WARMTH: "気にかけてくれる店主の声がするのはどちらか。",
    Criterion.RELEVANCE: "お客さまの事実が、書く理由と中身になっているのはどちらか。",
    Criterion.RESPECT: "立場と敬語が正しく、相手の時間と気持ちを大切にしているのはどちらか。",
    Criterion.CLARITY: "用件が一つで、さっと読めて、次にどうすればよいか分かるのはどちらか。",
    Criterion.GENTLENESS: "買わせる圧がなく、断りやすいのはどちらか。",
}
"""What a comparison asks; factuality and law are not matters of preference."""


class Evidence(BaseModel):
    """A place that speaks for a score."""

    model_config = ConfigDict(extra="ignore")

    quote: str = Field(description="文面からそのまま写した一節。30字以内")
    why: str = Field(description="その一節がなぜ根拠になるか。20〜60字")


class Rating(BaseModel):
    """A score with its evidence first."""

    model_config = ConfigDict(extra="ignore")

    evidence: list[Evidence] = Field(description="点の根拠。1〜3件")
    score: int | None = Field(description="1〜5の整数。判断できなければ null", ge=1, le=5)


class NamedProblem(BaseModel):
    """A place that is wrong."""

    model_config = ConfigDict(extra="ignore")

    check: Literal[
        "wrong_fact_customer",
        "wrong_price",
        "wrong_stock_or_delivery_promise",
        "invented_product_attribute",
        "invented_offer_or_changed_terms",
        "other_customer_data",
        "yakkihou_claim",
        "keihyouhou_claim",
        "stealth_review_incentive",
    ] = Field(description="当てはまる項目の名前")
    quote: str = Field(description="文面からそのまま写した一節。30字以内")
    why: str = Field(description="どの記録とどう違うか、またはどう読めるか。20〜80字")
    sure: bool = Field(description="言い切れるなら true")


class Inspection(BaseModel):
    """Everything wrong in the eyes of one reading; empty when nothing is."""

    model_config = ConfigDict(extra="ignore")

    problems: list[NamedProblem] = Field(description="見つけた順に。なければ空")


class Preference(BaseModel):
    """Which of two texts is better, the reason first."""

    model_config = ConfigDict(extra="ignore")

    why: str = Field(description="決め手になった違い。20〜80字")
    better: Literal["first", "second", "tie"] = Field(description="まさるほう。差がなければ tie")


@dataclass(frozen=True, slots=True)
class JudgedText:
    """A text and what it may rest on, masked already. body: with greeting and footer, as the customer would read it."""

    occasion: str
    channel: str
    today: str
    facts: tuple[str, ...]
    products: tuple[str, ...]
    policies: tuple[str, ...]
    offer: str
    subject: str
    body: str

    def outside_texts(self) -> list[str]:
        """Every text that came from records, products or people."""
        return [*self.facts, *self.products, *self.policies, self.offer, self.subject, self.body]


def judged_text(
    context: MessageContext, message: WrittenMessage, *, mask: Callable[[str], str]
) -> JudgedText:
    """A message as a judge sees it. mask: takes names and addresses out of a text that leaves."""

    def line(text: str) -> str:
        return " ".join(mask(text).split())

    return JudgedText(
        occasion=OCCASION_JA[context.occasion],
        channel=context.channel.value,
        today=_day(context.today),
        facts=tuple(line(fact.text) for fact in context.customer.facts),
        products=tuple(line(_product(product)) for product in context.products),
        policies=tuple(line(policy) for policy in context.policies),
        offer=line(_offer(context.offer)) if context.offer else "",
        subject=line(message.subject or ""),
        body=mask(message.body),
    )


async def judge(
    model: ChatModel,
    criterion: Criterion,
    text: JudgedText,
    *,
    journal: list[ModelCallMade],
    repeats: int = REPEATS,
) -> Judgement:
    """Ask `repeats` times and take the majority.

    An answer that cannot be read counts as missing; with half or more missing the criterion is not judged. A score is the
    median. A problem stays when most usable readings named an overlapping place, and only if its words stand in the text.
    Raises ModelDown and ModelMisconfigured: a model that is not there has not judged.
    """
    prompt = load_prompt(f"judge/{criterion.value}").render(_inputs(text))
    ratings: list[Rating] = []
    inspections: list[Inspection] = []
    for _ in range(repeats):
        try:
            if criterion in INSPECTED:
                inspections.append(await model.answer(prompt, Inspection, step="judge", journal=journal))
            else:
                rating = await model.answer(prompt, Rating, step="judge", journal=journal)
                if rating.score is not None:
                    ratings.append(rating)
        except AnswerUnusable:
            continue
    if criterion in INSPECTED:
        return _inspected(criterion, model.name, prompt, text, inspections, repeats)
    return _rated(criterion, model.name, prompt, text, ratings, repeats)


async def compare(
    model: ChatModel,
    criterion: Criterion,
    first: JudgedText,
    second: JudgedText,
    *,
    journal: list[ModelCallMade],
) -> Better:
    """Ask which is better in both orders; an answer that turns with the order is UNSTABLE.

    Raises KeyError for a criterion that is inspected, ModelDown and ModelMisconfigured.
    """
    question = QUESTION[criterion]
    said: list[str] = []
    for one, other in ((first, second), (second, first)):
        prompt = load_prompt("judge/compare").render(
            {
                "criterion": CRITERION_JA[criterion],
                "question": question,
                "occasion": first.occasion,
                "channel": first.channel,
                "today": first.today,
                "facts": first.facts,
                "first": _whole(one),
                "second": _whole(other),
            }
        )
        try:
            said.append((await model.answer(prompt, Preference, step="compare", journal=journal)).better)
        except AnswerUnusable:
            return Better.NOT_JUDGED
    straight, swapped = said
    turned = {"first": "second", "second": "first", "tie": "tie"}[swapped]
    return Better(straight) if straight == turned else Better.UNSTABLE


# -- the majority


def _rated(
    criterion: Criterion,
    model: str,
    prompt: RenderedPrompt,
    text: JudgedText,
    ratings: Sequence[Rating],
    asked: int,
) -> Judgement:
    scores = tuple(rating.score for rating in ratings if rating.score is not None)
    judged = len(scores) * 2 > asked
    reasons = tuple(
        f"「{evidence.quote}」: {evidence.why}"
        for rating in ratings
        for evidence in rating.evidence
        if _stands_in(evidence.quote, text)
    )
    return Judgement(
        criterion=criterion,
        model=model,
        prompt_version=prompt.version,
        prompt_digest=prompt.digest,
        asked=asked,
        scores=scores,
        score=float(median(scores)) if judged else None,
        problems=(),
        reasons=reasons[:3],
        judged=judged,
    )


def _inspected(
    criterion: Criterion,
    model: str,
    prompt: RenderedPrompt,
    text: JudgedText,
    readings: Sequence[Inspection],
    asked: int,
) -> Judgement:
    judged = len(readings) * 2 > asked
    named = [
        [problem for problem in reading.problems if _stands_in(problem.quote, text)] for reading in readings
    ]
    kept: list[JudgedProblem] = []
    for number, reading in enumerate(named):
        for problem in reading:
            if any(_same_place(problem, other.check, other.quote) for other in kept):
                continue
            same = [
                [other for other in later if _same_place(problem, other.check, other.quote)]
                for later in named[number:]
            ]
            votes = sum(1 for found in same if found)
            if judged and votes * 2 > len(readings):
                sure = sum(any(other.sure for other in found) for found in same) * 2 > votes
                kept.append(JudgedProblem(problem.check, problem.quote, problem.why, votes, sure))
    return Judgement(
        criterion=criterion,
        model=model,
        prompt_version=prompt.version,
        prompt_digest=prompt.digest,
        asked=asked,
        scores=tuple(len(reading) for reading in named),
        score=None,
        problems=tuple(kept),
        reasons=tuple(f"「{problem.quote}」: {problem.why}" for problem in kept),
        judged=judged,
    )


def _same_place(problem: NamedProblem, check: str, quote: str) -> bool:
    """The same fault named twice: one check, and one quote inside the other or sharing half of the shorter."""
    if problem.check != check:
        return False
    one, other = _tight(problem.quote), _tight(quote)
    if one in other or other in one:
        return True
    half = max(4, min(len(one), len(other)) // 2)
    return any(one[start : start + half] in other for start in range(len(one) - half + 1))


def _stands_in(quote: str, text: JudgedText) -> bool:
    """A quote that is not in the text is no evidence."""
    tight = _tight(quote)
    return len(tight) >= 2 and (tight in _tight(text.body) or tight in _tight(text.subject))


def _tight(text: str) -> str:
    return re.sub(r"\s+|^[「『]|[」』]$", "", text)


# -- what the prompt is given


def _inputs(text: JudgedText) -> dict[str, object]:
    return {
        "occasion": text.occasion,
        "channel": text.channel,
        "today": text.today,
        "facts": text.facts,
        "products": text.products,
        "policies": text.policies,
        "offer": text.offer,
        "subject": text.subject,
        "body": text.body,
    }


def _whole(text: JudgedText) -> str:
    return f"件名: {text.subject}\n\n{text.body}" if text.subject else text.body


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"


def _product(product: ProductFacts) -> str:
    """『煎茶 100g』 1,200円、在庫あり。宇治産。…"""
    price = f" {product.price_yen:,}円" if product.price_yen is not None else ""
    stock = "" if product.stock is None else f"、在庫: {product.stock}"
    return f"『{product.title}』{price}{stock}。{' / '.join(product.facts)}"


def _offer(offer: Offer) -> str:
    parts = [
        offer.type,
        offer.value or "",
        f"コード {offer.code}" if offer.code else "",
        f"{_day(offer.expires)}まで" if offer.expires else "",
        offer.conditions or "",
    ]
    return "、".join(part for part in parts if part)
