"""Do 500 drafts of the embedded writer repeat each other, and does the gate object to any? Reads a demo shop's home.

Run `OKAERI_HOME=./demo okaeri demo` once, then `OKAERI_HOME=./demo python -m benchmarks.embedded_variety`. Takes every customer
and occasion the advice says to write a mail for, occasion by occasion in turn, and writes them as mail and LINE alternately,
then the same on the other channel until there are enough; nothing is stored. (Few of the demo's people use LINE.) Prints
distinct-n (different n-grams of SudachiPy mode C tokens, of all n-grams; greeting included, footer removed), how near the
nearest pair stands, and the gate's findings, both tiers, by check and severity. Exits 1 below distinct-4 of 0.5 or at a block.
`--read N` prints N of the letters instead.
"""

import argparse
import hashlib
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sudachipy import SplitMode, dictionary

from agent.domain.finding import Finding, Severity
from agent.domain.occasion import Channel, Occasion
from agent.main import App, open_app
from agent.service.advise import Degree
from agent.service.assemble_message import line_signature, mail_footer
from agent.service.lay_out_desk import Desk, LayOutDesk
from agent.service.write_draft import WriteDraft
from agent.store.experience import SqlExperiences

DRAFTS = 500
GOAL = 0.5


@dataclass(frozen=True, slots=True)
class Text:
    """One letter. said: greeting and middle, without footer."""

    occasion: Occasion
    channel: Channel
    customer: str
    subject: str
    preheader: str
    said: str
    findings: tuple[Finding, ...]


def desks(app: App, occasions: frozenset[Occasion]) -> Iterator[Desk]:
    """Desks the advice says to write, an occasion after the other, customers in a scattered order, channels alternating."""
    lay_out = LayOutDesk(
        units=app.units,
        charts=app.charts,
        catalogue=app.catalogue,
        retriever=app.retriever,
        sender=app.settings.sender,
        public_base=app.settings.public_base,
        with_policies=False,
        experiences=SqlExperiences(app.engine, shop_id=app.shop_id),
        rewards=app.rewards,
    )
    customers = sorted(
        (chart.customer_id for chart in app.charts.charts(as_of=app.today())),
        key=lambda one: hashlib.sha256(one.encode()).digest(),
    )
    turns = [_fitting(app, lay_out, customers, occasion) for occasion in Occasion if occasion in occasions]
    others: list[Desk] = []
    count = 0
    while turns:
        left = []
        for turn in turns:
            desk = next(turn, None)
            if desk is not None:
                left.append(turn)
                yield _on(desk, Channel.LINE if count % 2 else Channel.EMAIL)
                others.append(_on(desk, Channel.EMAIL if count % 2 else Channel.LINE))
        turns = left
        count += 1
    yield from others


def _on(desk: Desk, channel: Channel) -> Desk:
    """The same desk for another channel."""
    material = replace(desk.gathered.material, channel=channel)
    return replace(
        desk,
        context=replace(desk.context, channel=channel),
        gathered=replace(desk.gathered, material=material),
    )


def _fitting(app: App, lay_out: LayOutDesk, customers: list[str], occasion: Occasion) -> Iterator[Desk]:
    for customer in customers:
        desk = lay_out(
            "d0",
            customer=customer,
            occasion=occasion,
            channel=Channel.EMAIL,
            now=app.clock.now(),
            variation="",
        )
        if desk.advice.degree is Degree.WRITE:
            yield desk


def letters(app: App, count: int, *, only: frozenset[Occasion]) -> Iterator[Text]:
    """Letters as they would leave, with what the gate and the evidence lock find."""
    write = WriteDraft(model=None, gate=app.gate, judges=None, on_model_down="embedded")
    for desk in desks(app, only or frozenset(Occasion)):
        if count == 0:
            return
        count -= 1
        letter, message, findings = write.embedded(desk)
        channel = desk.context.channel
        shop = desk.context.shop
        footer = mail_footer(shop) if channel is Channel.EMAIL else line_signature(shop)
        yield Text(
            desk.context.occasion,
            channel,
            desk.chart.customer_id,
            letter.subject,
            letter.preheader,
            message.body.removesuffix("\n").removesuffix(footer).strip(),
            tuple(findings),
        )


def grams(tokens: list[str], size: int) -> list[tuple[str, ...]]:
    """Runs of so many tokens."""
    return [tuple(tokens[at : at + size]) for at in range(len(tokens) - size + 1)]


def distinct(texts: list[list[str]], size: int) -> float:
    """Different n-grams of all n-grams."""
    every = [gram for tokens in texts for gram in grams(tokens, size)]
    return len(set(every)) / len(every)


def nearest(texts: list[list[str]]) -> tuple[float, int, int]:
    """The most alike pair by shared 4-grams of all theirs (Jaccard), and which they are."""
    sets = [set(grams(tokens, 4)) for tokens in texts]
    found = (0.0, 0, 0)
    for a, one in enumerate(sets):
        for b in range(a):
            both = len(one & sets[b])
            found = max(found, (both / (len(one) + len(sets[b]) - both), b, a))
    return found


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drafts", type=int, default=DRAFTS)
    parser.add_argument("--occasion", action="append", default=[], help="only these")
    parser.add_argument("--read", action="store_true", help="print the letters")
    given = parser.parse_args()
    only = frozenset(Occasion(name) for name in given.occasion)
    written = list(letters(open_app(), given.drafts, only=only))
    if given.read:
        for text in written:
            print(f"\n── {text.occasion.value} {text.channel.value} {text.customer} ({len(text.said)}字)")
            print(f"{text.subject} ／ {text.preheader}\n" if text.subject else "", text.said, sep="")
            for finding in text.findings:
                print(f"   ※{finding.severity.value} {finding.check}: {finding.quote} {finding.message}")
    return report(written)


def report(written: list[Text]) -> int:
    """Print the figures; 1 when a goal is missed."""
    tokenizer = dictionary.Dictionary().tokenizer()
    texts = [[m.surface() for m in tokenizer.tokenize(text.said, SplitMode.C)] for text in written]
    print(f"\n{len(written)} drafts")
    for (occasion, channel), count in sorted(Counter((t.occasion, t.channel) for t in written).items()):
        own = [
            tokens
            for t, tokens in zip(written, texts, strict=True)
            if (t.occasion, t.channel) == (occasion, channel)
        ]
        sizes = sorted(len(t.said) for t in written if (t.occasion, t.channel) == (occasion, channel))
        print(
            f"  {occasion.value:17}{channel.value:6}{count:4}  characters {sizes[0]}-{sizes[-1]}"
            f"  distinct-4 {distinct(own, 4):.3f}"
        )
    share = distinct(texts, 4)
    print(f"distinct-4 {share:.3f}  distinct-2 {distinct(texts, 2):.3f}")
    alike, a, b = nearest(texts)
    print(f"nearest pair: {alike:.2f} of their 4-grams shared\n  {written[a].said!r}\n  {written[b].said!r}")
    findings = Counter((f.severity.value, f.check) for t in written for f in t.findings)
    for (severity, check), times in sorted(findings.items()):
        print(f"  {severity:6}{check:36}{times}")
    blocks = sum(n for (severity, _), n in findings.items() if severity == Severity.BLOCK.value)
    print(f"findings of severity block: {blocks}")
    return int(share < GOAL or blocks > 0)


if __name__ == "__main__":
    sys.exit(main())
