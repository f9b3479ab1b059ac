"""How much cheaper is indexing an unchanged catalogue than the first time? Makes its own 5,000 products in a temporary home.

Prints both times and their ratio, and what one changed product costs; exits 1 when the ratio is not under 1/50.
`--products N` for another size.
"""

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Engine, insert, update

from agent.clock import SystemClock
from agent.store.documents import SqlKnowledgeStore
from agent.store.engine import migrate, open_engine
from agent.store.tables import Product, Variant
from retrieval.chroma import EmbeddedChroma
from retrieval.embed import carried_model
from retrieval.index import IndexReport, index_documents
from retrieval.search import HybridSearch
from retrieval.vectors import ShopVectors

GOAL = 50
MAKERS = ("宇治", "今治", "瀬戸内", "信州", "能登", "有田", "南部", "丹波", "伊豆", "美濃")
THINGS = {
    "スキンケア": ("化粧水", "乳液", "クリーム", "美容液", "洗顔料"),
    "食品": ("味噌", "だし", "はちみつ", "ジャム", "うどん"),
    "アパレル": ("リネンシャツ", "靴下", "マフラー", "パンツ", "帽子"),
    "日用品": ("タオル", "石けん", "ふきん", "まな板", "お香"),
}
SENTENCES = (
    "{maker}の職人が一つずつ手で仕上げています。",
    "毎日使うものだからこそ、{thing}は素材から選びました。",
    "敏感な方にもお使いいただけるよう、余分なものを加えていません。",
    "使うほどになじみ、長くお付き合いいただける品です。",
    "贈りものにも喜ばれる、箱入りでお届けします。",
    "直射日光を避け、風通しのよい場所で保管してください。",
    "季節を問わずお使いいただけます。",
    "ご家庭の{thing}を、少しだけ上質なものに替えてみませんか。",
)


def stock(engine: Engine, count: int) -> None:
    """Products of four kinds with HTML descriptions of three to five sentences and two variants each."""
    chance = random.Random(20261121)
    products, variants = [], []
    for number in range(count):
        kind = chance.choice(sorted(THINGS))
        thing, maker = chance.choice(THINGS[kind]), chance.choice(MAKERS)
        said = chance.sample(SENTENCES, chance.randint(3, 5))
        product_id = f"p{number:05d}"
        products.append(
            {
                "shop_id": "bench",
                "product_id": product_id,
                "platform": "shopify",
                "import_id": "bench",
                "content_hash": "",
                "title": f"{maker}の{thing} {number:05d}",
                "description": "".join(f"<p>{line.format(maker=maker, thing=thing)}</p>" for line in said),
                "category": kind,
                "tags": [],
                "product_class": "other",
                "published": True,
            }
        )
        variants += [
            {
                "shop_id": "bench",
                "variant_id": f"{product_id}-{size}",
                "product_id": product_id,
                "position": place,
                "sku": f"{product_id}-{size}",
                "title": size,
                "price_yen": chance.randrange(300, 20_000, 10),
                "stock": chance.randrange(50),
            }
            for place, size in enumerate(("小", "大"))
        ]
    with engine.begin() as connection:
        connection.execute(insert(Product), products)
        connection.execute(insert(Variant), variants)


def timed(store: SqlKnowledgeStore, vectors: ShopVectors, title: str) -> tuple[float, IndexReport]:
    """Seconds of wall time of one indexing with the carried encoder, loaded anew, and its report."""
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        started = time.perf_counter()
        report = index_documents(
            store,
            vectors,
            carried_model(),
            progress=lambda step, done, total: bar.update(task, completed=done, total=total),
        )
        return time.perf_counter() - started, report


def main() -> int:
    """Run it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--products", type=int, default=5000)
    count = options.parse_args().products
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        engine = open_engine(f"sqlite:///{home / 'okaeri.sqlite'}")
        migrate(engine)
        stock(engine, count)
        store = SqlKnowledgeStore(engine, shop_id="bench", clock=SystemClock())
        vectors = ShopVectors(EmbeddedChroma(home / "chroma"), shop_id="bench", model=carried_model().name)
        first, report = timed(store, vectors, "first")
        again, unchanged = timed(store, vectors, "unchanged")
        assert (report.added, unchanged.unchanged) == (count, count)
        with engine.begin() as connection:
            connection.execute(
                update(Product).where(Product.product_id == "p00000").values(description="新しい。")
            )
        one, changed = timed(store, vectors, "one changed")
        assert changed.updated == 1
        model = carried_model()
        search = HybridSearch(store, vectors, model)
        started = time.perf_counter()
        search.search("敏感肌に使える化粧水")
        opening = time.perf_counter() - started
        started = time.perf_counter()
        for thing in (name for names in THINGS.values() for name in names):
            search.search(f"贈りものにしたい{thing}はありますか")
        asking = (time.perf_counter() - started) / 20
        engine.dispose()
    print(f"products {count}  passages {report.passages}")
    print(f"first index      {first:8.2f} s")
    print(f"unchanged        {again:8.2f} s   1/{first / again:.0f} of the first (goal: under 1/{GOAL})")
    print(f"one changed      {one:8.2f} s   1/{first / one:.0f} of the first")
    print(f"first search     {opening:8.2f} s   then {asking * 1000:.0f} ms a new question")
    return 0 if again * GOAL < first else 1


if __name__ == "__main__":
    sys.exit(main())
