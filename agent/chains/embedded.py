"""The embedded writer: the same facts and passages, phrased by message templates, when no model is there."""

import hashlib
import re
from collections.abc import Callable, Sequence

from agent.chains.letter import Letter
from agent.chains.material import Bought, Material
from agent.chains.tips import Tip, find_tips
from agent.domain.calendar_words import SEASON, adverb, span_words, when_words
from agent.domain.draft import PromptUsed
from agent.domain.errors import CallerMistake
from agent.domain.message import Paragraph
from prompts.registry import PublishedPrompt, load_prompt

LONGEST_TITLE = 28
"""Characters of a product's name inside a sentence; beyond it the descriptive tail is dropped at a natural break."""

_DECORATION = re.compile(r"【[^】]*】|\[[^\]]*\]|＜[^＞]*＞|<[^>]*>|■|★|◆|●|☆")
_TAIL = re.compile(r"[（(/／|｜　 ].*$")


def write_embedded(material: Material) -> Letter:
    """Write the middle of a message from the occasion's newest message template.

    Raises CallerMistake when there is nothing to write about: no purchase, or an occasion without a template.
    """
    if not material.bought:
        raise CallerMistake("the embedded writer needs a purchase to write about")
    prompt = load_prompt(f"embedded/{material.occasion.value}")
    bought, tip = choose_subject(material)
    lines = _render(prompt, material, bought, tip)
    subject = next((text for kind, _, text in lines if kind == "subject"), "")
    evidence = {
        "bought": ("fact", bought.fact_id),
        "orders": ("fact", material.orders_fact),
        "first": ("fact", material.first_fact),
        "tip": ("passage", tip.passage_id if tip else ""),
    }
    paragraphs = tuple(_paragraph(text, keys, evidence) for kind, keys, text in lines if kind == "paragraph")
    plan: dict[str, object] = {
        "angle": f"{when_words(bought.on, today=material.today)}の「{bought.title}」のお買い物から書き起こす",
        "fact_ids": sorted({i for p in paragraphs for i in p.fact_ids}),
        "passage_ids": sorted({i for p in paragraphs for i in p.passage_ids}),
        "useful": tip.text if tip else "",
        "request": "",
        "avoid": [],
    }
    return Letter(
        subject, paragraphs, plan, "embedded", PromptUsed(prompt.name, prompt.version, prompt.digest)
    )


def choose_subject(material: Material) -> tuple[Bought, Tip | None]:
    """The purchase to speak of: of the newest order, the first product with a tip to pass on; else the first product.

    Who buys a product again knows how to use it: no tip then.
    """
    newest = [b for b in material.bought if b.on == material.bought[0].on]
    for bought in newest:
        if bought.again:
            continue
        if tips := find_tips(bought.passages):
            return bought, tips[_number(material.variation, "tip") % len(tips)]
    return newest[0], None


def short_title(title: str) -> str:
    """A product's name as one would say it: without decoration, and without its tail when it is long."""
    plain = re.sub(r"\s+", " ", _DECORATION.sub("", title)).strip() or title.strip()
    if len(plain) > LONGEST_TITLE and len(cut := _TAIL.sub("", plain)) >= 4:
        return cut
    return plain


def _render(
    prompt: PublishedPrompt, material: Material, bought: Bought, tip: Tip | None
) -> list[tuple[str, tuple[str, ...], str]]:
    when = when_words(bought.on, today=material.today)
    season, wishes = SEASON[material.today.month]
    inputs: dict[str, object] = {
        "channel": material.channel.value,
        "product": short_title(bought.title),
        "product_class": bought.product_class,
        "when": when,
        "when_adverb": adverb(when),
        "orders": material.orders,
        "first_time": material.orders == 1,
        "again": bought.again,
        "available": bool(bought.available),
        "tip": tip.text if tip else "",
        "tip_kind": _tip_kind(tip, bought),
        "season": season,
        "wish": wishes[_number(material.variation, "wish") % len(wishes)],
        "span": span_words(material.first_on, until=material.today) if material.first_on else None,
    }
    words: dict[str, Callable[..., object]] = {"say": _sayer(material, inputs), "recent_words": _recent_words}
    return _lines(prompt.render(inputs, words=words).messages[0][1])


def _sayer(material: Material, values: dict[str, object]) -> Callable[[str, Sequence[str]], str]:
    """Picks one of several wordings, always the same for the same customer and occasion, and fills in {names}."""
    seed = f"{material.variation}|{material.occasion.value}"

    def say(slot: str, options: Sequence[str]) -> str:
        chosen = options[_number(seed, slot) % len(options)]
        return re.sub(r"\{(\w+)\}", lambda m: str(values[m[1]]).replace("\n", " "), chosen)

    return say


def _tip_kind(tip: Tip | None, bought: Bought) -> str:
    """How a tip is introduced: keep, use, or eat for what is eaten or drunk."""
    if tip is None:
        return ""
    return "eat" if tip.kind == "use" and bought.product_class in ("food", "alcohol") else tip.kind


def _recent_words(when: str) -> str:
    """How a thank-you opens: only a day near enough is named."""
    return f"{when}は" if when in ("本日", "昨日", "先日") else "このたびは"


def _number(seed: str, slot: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}|{slot}".encode()).digest()[:8])


def _lines(rendered: str) -> list[tuple[str, tuple[str, ...], str]]:
    """`subject| text` and `paragraph| evidence keys | text`, one a line."""
    found: list[tuple[str, tuple[str, ...], str]] = []
    for line in rendered.splitlines():
        if line.startswith("subject| "):
            found.append(("subject", (), line.removeprefix("subject| ").strip()))
        elif line.startswith("paragraph| "):
            keys, _, text = line.removeprefix("paragraph|").partition("|")
            found.append(("paragraph", tuple(keys.split()), text.strip()))
        elif line.strip():
            raise CallerMistake(f"a message template rendered a stray line: {line[:40]!r}")
    return found


def _paragraph(text: str, keys: Sequence[str], evidence: dict[str, tuple[str, str]]) -> Paragraph:
    facts = tuple(evidence[k][1] for k in keys if evidence[k][0] == "fact" and evidence[k][1])
    passages = tuple(evidence[k][1] for k in keys if evidence[k][0] == "passage" and evidence[k][1])
    return Paragraph(text, facts, passages)
