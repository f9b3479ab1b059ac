"""Read what a model wrote: say its slots, cite what they rest on, put the reward's own sentences where it belongs."""

import re
import unicodedata
from dataclasses import replace

from agent.chains.letter import Letter
from agent.chains.material import Material
from agent.chains.plan import Plan
from agent.chains.slots import REWARD_SLOT, fill_slots, named_marks
from agent.chains.spoken_name import spoken_name
from agent.chains.write import Written, WrittenParagraph
from agent.domain.message import Paragraph, Slotted
from agent.domain.reward import COUPON, REWARD_FACT, Reward, RewardKind
from agent.service.make_brief import Key
from agent.service.pseudonyms import Pseudonyms

LONGEST_PREHEADER = 40
_TOKEN = re.compile(r"(⟦[^⟧]*⟧)")
_QUOTED = re.compile(r"[「『]([^「」『』\n]{2,60})[」』]")
_REWARD = f"⟦{REWARD_SLOT}⟧"


def read_letter(
    written: Written, plan: Plan, key: Key, material: Material, pseudonyms: Pseudonyms, *, author: str
) -> Letter:
    """The written middle with real ids and words. What nothing stands behind stays as it is, for the evidence lock to find."""
    paragraphs = [_paragraph(p, key, pseudonyms) for p in written.paragraphs]
    paragraphs = _with_reward(paragraphs, material.reward)
    return Letter(
        subject=_line(written.subject, key, pseudonyms),
        preheader=_line(written.preheader, key, pseudonyms)[:LONGEST_PREHEADER],
        paragraphs=tuple(paragraphs),
        plan={
            **plan.model_dump(),
            "angle": pseudonyms.fill(plan.angle),
            "useful": pseudonyms.fill(plan.useful),
            "request": pseudonyms.fill(plan.request),
            "fact_ids": [key.record(i) for i in plan.fact_ids],
            "passage_ids": [key.record(i) for i in plan.passage_ids],
        },
        author=author,
        prompt=written.prompt,
    )


def mask_outside(text: str, pseudonyms: Pseudonyms) -> str:
    """A model's own text as it may be shown to it again: its slots stay slots, everything else is masked."""
    return "".join(
        part if part.startswith("⟦") else pseudonyms.mask(part, people=True) for part in _TOKEN.split(text)
    )


def _line(text: str, key: Key, pseudonyms: Pseudonyms) -> str:
    return pseudonyms.fill(fill_slots(text, key.words).text)


def _paragraph(written: WrittenParagraph, key: Key, pseudonyms: Pseudonyms) -> Paragraph:
    filled = fill_slots(named_marks(written.text.strip()), key.words)
    text = pseudonyms.fill(filled.text)
    used = [name.split(".") for name in filled.used]
    slots = [
        Slotted(key.record(sheet), kind.rstrip("0123456789"), key.words[f"{sheet}.{kind}"])
        for sheet, kind in used
    ]
    cited = [*map(_id, written.fact_ids), *map(_id, written.passage_ids), *(sheet for sheet, _ in used)]
    for name, sheets in _written_names(text, key).items():
        holds = [sheet for sheet in sheets if sheet in cited]
        cited += [] if holds else sheets[:1]
        slots.append(Slotted(key.record((holds or sheets)[0]), "product", name))
    cited = list(dict.fromkeys(cited))
    return Paragraph(
        text,
        tuple(key.record(i) for i in cited if not i.startswith("P")),
        tuple(key.record(i) for i in cited if i.startswith("P")),
        tuple(dict.fromkeys(slots)),
    )


def _id(given: str) -> str:
    """F2 as small models write it: f2, Ｆ２, ⟦F2⟧."""
    return unicodedata.normalize("NFKC", given).strip(" ⟦⟧[]").upper() if len(given) < 12 else given


def _written_names(text: str, key: Key) -> dict[str, list[str]]:
    """Product names written out in quotes that equal a slot's words: a lenient reading. Name to the sheets that hold it."""
    found: dict[str, list[str]] = {}
    for quoted in _QUOTED.findall(text):
        same = (quoted, spoken_name(quoted))
        sheets = [n.split(".")[0] for n, words in key.words.items() if ".product" in n and words in same]
        if sheets:
            found[quoted] = list(dict.fromkeys(sheets))
    return found


def _with_reward(paragraphs: list[Paragraph], reward: Reward) -> list[Paragraph]:
    """What the policy grants, said whole and once: where the model left room, else before the last paragraph."""
    if not reward.says:  # a model that copies the slot from an example grants nothing by it
        return [p for p in paragraphs if p.text != _REWARD]
    made: list[Paragraph] = []
    said = False
    for paragraph in paragraphs:
        text = paragraph.text.replace(COUPON, reward.code) if reward.code else paragraph.text
        if _REWARD in text:
            text = text.replace(_REWARD, "" if said else "".join(reward.says), 1).replace(_REWARD, "").strip()
            if not said:
                paragraph = _resting_on_reward(paragraph)
            said = True
        if text:
            made.append(replace(paragraph, text=text))
    if (
        not said and reward.kind is not RewardKind.STORY
    ):  # a story promises nothing: the writer may leave it out
        granted = _resting_on_reward(Paragraph("".join(reward.says)))
        made.insert(max(len(made) - 1, 1), granted)
    return made


def _resting_on_reward(paragraph: Paragraph) -> Paragraph:
    return replace(
        paragraph,
        fact_ids=(*paragraph.fact_ids, REWARD_FACT),
        slots=(*paragraph.slots, Slotted(REWARD_FACT, "reward", "")),
    )
