"""Acceptance C12: nothing in 600 captured request bodies names any of 300 customers."""

import json
import random
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from agent.clock import FixedClock
from agent.domain.chart import Chart
from agent.domain.message import WrittenMessage
from agent.domain.occasion import Channel, Occasion
from agent.llm.abilities import Abilities
from agent.llm.chat_client import Endpoint
from agent.llm.openai_compatible import OpenAICompatible
from agent.service.gather_material import gather_material
from agent.service.pseudonyms import PrivacyBreach, Pseudonyms
from agent.service.write_with_model import write_with_model
from agent.store.engine import migrate, open_engine
from agent.store.unit_of_work import SqlUnitOfWork
from tests.support.drafting import LOTION, TEA, VASE, HandCatalogue, HandRetriever, chart_of
from tests.support.openai_server import Says, serving

FAMILIES = [
    "佐藤",
    "鈴木",
    "高橋",
    "髙橋",
    "田中",
    "渡邊",
    "千葉",
    "宮城",
    "石川",
    "大和",
    "長谷川",
    "五十嵐",
    "勅使河原",
    "林",
    "森",
    "東海林",
    "日下部",
    "小鳥遊",
    "齋藤",
    "宇治",
]
GIVENS = [
    "花子",
    "太郎",
    "さくら",
    "結衣",
    "翔太",
    "美咲",
    "光",
    "葵",
    "一",
    "陽子",
    "健一",
    "ひなた",
    "マリア",
    "茉莉花",
    "春",
]
TOWNS = [
    "千葉県市川市八幡",
    "東京都台東区谷中",
    "京都府宇治市五ケ庄",
    "北海道札幌市中央区北",
    "大阪府大阪市北区梅田",
    "石川県金沢市片町",
]


def a_customer(n: int, dice: random.Random) -> tuple[Chart, list[str]]:
    """A customer with notes full of personal data, and every secret of theirs."""
    family, given = dice.choice(FAMILIES), dice.choice(GIVENS)
    mail = f"user{n}.{dice.randrange(10**6)}@{dice.choice(['mail.example', 'docomo.example'])}"
    phone = dice.choice(
        [
            f"090-{dice.randrange(1000, 9999)}-{dice.randrange(1000, 9999)}",
            f"03{dice.randrange(10**7, 10**8)}",
        ]
    )
    postal = f"{dice.randrange(100, 999)}-{dice.randrange(1000, 9999)}"
    town = f"{dice.choice(TOWNS)}{dice.randrange(1, 9)}-{dice.randrange(1, 30)}-{dice.randrange(1, 20)}"
    line = "U" + "".join(dice.choices("0123456789abcdef", k=32))
    order = f"EC-{dice.randrange(10**7, 10**8)}"
    notes = (
        f"{family}{given}様よりお電話（{phone}）。住所は〒{postal} {town} に変更。",
        f"{family}さんのメールは {mail}、LINEは {line}。注文番号 {order} の件。",
        f"{given}さん、{dice.choice(FAMILIES)}さまのご紹介で来店。カード 4111 1111 1111 {dice.randrange(1000, 9999)}",
    )
    bought = dice.choice(
        [((LOTION, date(2026, 11, 18)),), ((TEA, date(2026, 5, 1)), (VASE, date(2026, 11, 8)))]
    )
    chart = chart_of(
        f"cust-{n:05d}",
        bought=bought,
        notes=notes,
        family_name=family,
        given_name=given,
        email=mail,
        line_user_id=line,
    )
    orders = [line.order_id for line in chart.purchases]
    secrets = [
        mail,
        phone,
        postal,
        town,
        line,
        order,
        f"{family}{given}",
        f"{family} {given}",
        *orders,
        chart.customer_id,
    ]
    return chart, secrets + [name for name in (family, given) if len(name) > 1]


def answers(body: dict[str, Any]) -> Says:
    """A model that plans and writes something plain."""
    if body["response_format"]["json_schema"]["name"] == "Plan":
        plan = {"angle": "お礼", "fact_ids": [], "passage_ids": [], "useful": "", "request": "", "avoid": []}
        return Says(json.dumps(plan, ensure_ascii=False))
    paragraph = {"text": "ありがとうございました。", "fact_ids": [], "passage_ids": []}
    return Says(json.dumps({"subject": "お礼", "paragraphs": [paragraph]}, ensure_ascii=False))


async def test_no_request_body_names_any_of_300_customers(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'o.sqlite'}")
    migrate(engine)
    clock = FixedClock(datetime(2026, 11, 21, 1, 0, tzinfo=UTC))

    def units(*, read_only: bool = False) -> SqlUnitOfWork:
        return SqlUnitOfWork(engine, shop_id="default", clock=clock, read_only=read_only)

    dice = random.Random(20261121)
    with serving() as server:
        server.script = answers
        model = OpenAICompatible(Endpoint(server.base_url, "m", "k", 60.0), Abilities(units))
        for n in range(300):
            chart, secrets = a_customer(n, dice)
            before = len(server.bodies)
            gathered = gather_material(
                chart,
                occasion=Occasion.THANK_YOU,
                channel=Channel.EMAIL,
                today=date(2026, 11, 21),
                told=(),
                catalogue=HandCatalogue(LOTION, TEA, VASE),
                retriever=HandRetriever(),
                variation=str(n),
            )
            await write_with_model(
                model,
                gathered.material,
                Pseudonyms(chart, addressed=f"{chart.family_name}さま"),
                may_name=True,
                instruct=f"{chart.family_name}さまらしく",
                earlier=None,
                judge=lambda letter: (WrittenMessage("d", "d", letter.subject, "x"), ()),
                journal=[],
            )
            sent = [message["content"] for body in server.bodies[before:] for message in body["messages"]]
            leaked = [secret for secret in secrets for text in sent if secret in text]
            assert not leaked, leaked
        await model.aclose()
        assert len(server.bodies) == 600
    engine.dispose()


@pytest.mark.parametrize(
    "text",
    [
        "お電話は 090-1234-5678 へ",
        "mail: a.b+c@docomo.example まで",
        "U0123456789abcdef0123456789abcdef です",
        "〒110-0001",
        "注文番号 EC-20261121 の件",
    ],
)
def test_the_outbound_check_stops_what_masking_would_have_missed(text: str) -> None:
    with pytest.raises(PrivacyBreach) as stopped:
        Pseudonyms(chart_of(), addressed="石田さま").require_clean([text])
    assert "AIには渡しませんでした" in stopped.value.ja
    assert text not in stopped.value.ja


def test_ordinary_shop_words_are_neither_masked_nor_stopped() -> None:
    pseudonyms = Pseudonyms(chart_of(), addressed="石田さま")
    text = (
        "お客さまへ。500円硬貨大を手に取り、20秒ほど。150ml・1,980円、2026年11月21日。皆さまに。奥さまにも。"
    )
    assert pseudonyms.mask(text, people=True) == text
    pseudonyms.require_clean([text], data=[text])


def test_a_one_letter_name_masks_only_where_it_is_a_name() -> None:
    pseudonyms = Pseudonyms(chart_of(family_name="森", given_name="光"), addressed="森さま")
    assert (
        pseudonyms.mask("森さまは森林の香りと光がお好き。森 光さん")
        == "⟦NAME⟧さまは森林の香りと光がお好き。⟦NAME⟧さん"
    )
    assert pseudonyms.fill("⟦NAME⟧さま、⟦NAME⟧は") == "森さま、森さまは"
