"""Commands on product knowledge: index and search."""

from pathlib import Path
from typing import Annotated

import typer

from agent.cli.documents import passage_document
from agent.cli.output import REFUSED, AsJson, chosen, document, errors_explained, progress, say, table
from agent.main import open_app

commands = typer.Typer()


@commands.command()
def index(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATH...]", help="Policies (.md, .txt), product CSVs")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make products and policies searchable; only what changed is worked on again."""
    with errors_explained(as_json=as_json):
        app = open_app()
        with progress(as_json=as_json) as advance:
            rejected = app.take_knowledge(paths or [], progress=advance)
            report = {**app.index(progress=advance).as_json(), "rejected": rejected}
        if as_json:
            document(report)
        else:
            say(
                f"索引: 文書 {report['documents']}件、まとまり {report['passages']}件"
                f"（追加 {report['added']}、更新 {report['updated']}、削除 {report['removed']}、変更なし {report['unchanged']}）"
            )
            if report["rebuilt"]:
                say("検索用のモデル（OKAERI_EMBED_MODEL）が前回と変わったため、索引をすべて作り直しました。")
            for row in rejected:
                say(f"読めませんでした: {row['file']}　{row['reason']}")
        if rejected:
            raise typer.Exit(REFUSED)


@commands.command()
def search(
    query: Annotated[str, typer.Argument(help="A question in the customer's words")],
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many passages")] = 5,
    as_json: AsJson = False,
) -> None:
    """Find passages of the catalogue and the policies, best first."""
    with errors_explained(as_json=as_json):
        results = [passage_document(passage) for passage in open_app().retriever.search(query, k=k)]
        if as_json:
            document({"results": results})
            return
        table(
            f"「{query}」",
            ("点", "文書", "題", "内容"),
            [(f"{row['score']:.3f}", *chosen(row, "document_id", "title", "passage")) for row in results],
        )
        if not results:
            say("見つかりませんでした。`okaeri index` で商品と規約を登録したか、ご確認ください。")
