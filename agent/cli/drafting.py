"""`okaeri draft`: one draft, or a campaign of them."""

import asyncio
from typing import Annotated, Any

import typer

from agent.cli.campaigns import DraftMany, draft_many
from agent.cli.documents import draft_document, variant_document
from agent.cli.messages import show_draft
from agent.cli.output import REFUSED, AsJson, document, errors_explained
from agent.domain.draft import Draft, DraftState
from agent.domain.errors import CallerMistake
from agent.domain.finding import Severity
from agent.domain.occasion import Channel, Occasion
from agent.main import App, open_app

commands = typer.Typer()


@commands.command()
def draft(
    customer: Annotated[str | None, typer.Option(help="Customer id, e-mail address or LINE id")] = None,
    segment: Annotated[
        str | None, typer.Option(help="Everybody in these segments, ranks or groups, comma-separated")
    ] = None,
    occasion: Annotated[Occasion | None, typer.Option(help="Why we write")] = None,
    channel: Annotated[Channel | None, typer.Option(help="How it travels")] = None,
    instruct: Annotated[str | None, typer.Option(help="A wish for the text, in plain words")] = None,
    variants: Annotated[int, typer.Option(min=1, max=4, help="How many texts from different angles")] = 1,
    limit: Annotated[int | None, typer.Option(min=1, help="--segment: at most so many people")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="--segment: do not ask after the estimate")] = False,
    resume: Annotated[
        str | None, typer.Option(metavar="ID", help="Go on with a campaign that was interrupted")
    ] = None,
    batch: Annotated[
        bool,
        typer.Option("--batch", help="--segment: through the provider's batch endpoint, cheaper, slower"),
    ] = False,
    poll_seconds: Annotated[
        float, typer.Option(min=0.05, help="--batch: pause between questions how it stands")
    ] = 60.0,
    as_json: AsJson = False,
) -> None:
    """Compose, check and store a draft, or one for everybody in a segment; nothing is sent."""
    with errors_explained(as_json=as_json):
        if sum(given is not None for given in (customer, segment, resume)) != 1:
            raise CallerMistake(
                "exactly one of --customer, --segment and --resume",
                ja="--customer（お一人）、--segment（対象のみなさま）、--resume（続きから）のどれか1つを指定してください。",
            )
        if resume is not None:
            draft_many(open_app(), DraftMany(resume=resume, poll_seconds=poll_seconds), as_json=as_json)
            return
        if occasion is None or channel is None:
            raise CallerMistake(
                "--occasion and --channel are needed",
                ja="--occasion（用件）と --channel（email か line）を指定してください。用件: "
                + "、".join(Occasion),
            )
        if segment is not None:
            if variants != 1:
                raise CallerMistake(
                    "--variants goes with --customer",
                    ja="--variants は --customer と一緒にお使いください。",
                )
            names = tuple(part.strip() for part in segment.replace("、", ",").split(",") if part.strip())
            wanted = DraftMany(
                audience=names,
                occasion=occasion,
                channel=channel,
                instruct=instruct,
                limit=limit,
                yes=yes,
                batch=batch,
                poll_seconds=poll_seconds,
            )
            draft_many(open_app(), wanted, as_json=as_json)
            return
        if batch or limit is not None:
            raise CallerMistake(
                "--batch and --limit go with --segment",
                ja="--batch と --limit は --segment と一緒にお使いください。",
            )
        wish = {"customer": customer, "occasion": occasion, "channel": channel, "instruct": instruct}
        _draft_one(open_app(), wish, variants, as_json=as_json)


def _draft_one(app: App, wish: dict[str, Any], variants: int, *, as_json: bool) -> None:
    composed = asyncio.run(_composed(app, wish, variants))
    with app.units(read_only=True) as work:
        cost = work.model_calls.cost_of(composed.draft_id)
        versions = work.drafts.versions(composed.draft_id)
        newest = composed.version.number if composed.version else 0
        steps = work.drafts.writing_steps(composed.draft_id, newest)
    made = draft_document(composed, cost_micro_yen=cost)
    made["instruct"] = _wish_document(wish["instruct"], composed)
    made |= {"steps": list(steps), "variants": [variant_document(version) for version in versions]}
    if as_json:
        document(made)
    else:
        show_draft(made)
    if composed.state is DraftState.COMPOSING or any(
        finding.severity is Severity.BLOCK for finding in composed.findings
    ):
        raise typer.Exit(REFUSED)


def _wish_document(wish: str | None, composed: Draft) -> dict[str, Any] | None:
    """What became of a wish for the text, None without one. note: in Japanese, why it was not followed and what to do."""
    if not wish:
        return None
    if composed.version is None:
        return {
            "text": wish,
            "followed": False,
            "note": "文面を作成していないため、ご希望は使われていません。理由をご確認ください。",
        }
    return {"text": wish, "followed": composed.fallback is None, "note": composed.fallback}


async def _composed(app: App, wish: dict[str, Any], variants: int) -> Draft:
    """One draft, with so many texts from different angles as its versions; the newest is the one on the desk."""
    composed = await app.composer(**wish)
    for _ in range(variants - 1):
        if composed.version is None:
            break
        composed = await app.composer.add_variant(composed.draft_id, by="okaeri")
    return composed
