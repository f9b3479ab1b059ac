"""A small shop worth a picture: a few customers, letters in every state, findings by the real gate."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from agent.domain.draft import Draft, DraftState, DraftVersion, PromptUsed, Recommendation
from agent.domain.finding import Finding
from agent.domain.message import Addressee, MessageContext, Paragraph, Passage, ProductFacts, StatedFact
from agent.domain.occasion import Channel, Occasion
from agent.service.assemble_message import assemble_message
from agent.service.unsubscribe import unsubscribe_secret, unsubscribe_url
from evals.checks.gate import run_checks
from tests.support.console_desk import ConsoleDesk
from tests.support.shop_rows import Bought

TODAY = date(2026, 11, 21)
LOTION = ProductFacts(
    "KS-110", "さっぱり化粧水 150mL", 1_980, 24, ("アルコール不使用です。", "約60日分です。")
)
MILL = ProductFacts("CM-02", "手挽きコーヒーミル", 6_600, 8, ("挽き目は12段階です。",))
SHIRT = ProductFacts("LS-31", "リネンシャツ 生成り", 9_900, 11, ("発売は11月26日です。",))
WARM = Passage(
    "product:KS-110#0",
    "product:KS-110",
    "KS-110",
    "さっぱり化粧水 150mL",
    "手のひらで少し温めてからなじませると、肌になじみやすくなります。朝と夜にお使いください。",
)
GRIND = Passage(
    "product:CM-02#1",
    "product:CM-02",
    "CM-02",
    "手挽きコーヒーミル",
    "酸味が立つときは2目盛り細かく、苦みが重いときは1目盛り粗くしてください。",
)
EXCHANGE = Passage(
    "policy:returns#0", "policy:returns", None, "返品・交換", "お届けから30日以内は交換をお受けしています。"
)


@dataclass(frozen=True)
class Letter:
    """One draft of the showcase. said: paragraphs with the ids they rest on; hours: its age."""

    draft_id: str
    customer: str
    occasion: Occasion
    why: str
    subject: str = ""
    said: Sequence[tuple[str, tuple[str, ...], tuple[str, ...]]] = ()
    facts: dict[str, str] = field(default_factory=dict)
    passages: tuple[Passage, ...] = ()
    products: tuple[ProductFacts, ...] = ()
    channel: Channel = Channel.EMAIL
    author: str = "model:kotoba-8b"
    state: DraftState | None = None
    recommendation: Recommendation = Recommendation.SEND
    hours: int = 3


PEOPLE: dict[str, tuple[str, str]] = {
    "c1": ("石田", "真帆"),
    "c2": ("中村", "菜々"),
    "c3": ("藤原", "佳代"),
    "c4": ("松井", "健一"),
    "c5": ("岡本", "千尋"),
    "c6": ("山口", "航"),
    "c7": ("高橋", "由紀"),
    "c8": ("森", "拓海"),
}
BOUGHT: dict[str, list[tuple[int, int, list[Bought]]]] = {
    "c1": [
        (12, 6_600, [("CM-02", "手挽きコーヒーミル", 1, 6_600)]),
        (61, 3_240, [("CB-07", "深煎りブレンド 200g", 2, 1_620)]),
        (118, 1_620, [("CB-07", "深煎りブレンド 200g", 1, 1_620)]),
        (171, 4_860, [("CB-11", "季節の豆 3種", 1, 4_860)]),
    ],
    "c2": [(3, 1_980, [("KS-110", "さっぱり化粧水 150mL", 1, 1_980)])],
    "c3": [(20 + 31 * n, 12_800 + 900 * n, [("LS-30", "リネンシャツ 藍", 1, 12_800)]) for n in range(9)],
    "c4": [(190 + 40 * n, 5_400, [("TE-01", "新茶 100g", 2, 2_700)]) for n in range(4)],
    "c5": [(30 + 34 * n, 1_760, [("SP-02", "台所せっけん 詰め替え", 1, 1_760)]) for n in range(4)],
    "c6": [(9, 8_800, [("PT-04", "鋳物鍋 20cm", 1, 8_800)])],
    "c7": [(5, 3_960, [("KS-110", "さっぱり化粧水 150mL", 2, 1_980)])],
    "c8": [(16, 6_600, [("CM-02", "手挽きコーヒーミル", 1, 6_600)])],
}
LETTERS = (
    Letter(
        "d_mill",
        "c1",
        Occasion.FOLLOW_UP,
        "ミルのお届けから12日。挽き目についてお問い合わせがあり、調整のこつをお伝えできます。",
        "挽き目は合いましたか（ハンドミルの調整メモ）",
        (
            (
                "先日は挽き目のことでお問い合わせをいただき、ありがとうございました。その後、お好みの味に近づいたでしょうか。",
                ("f_mill", "f_asked"),
                (),
            ),
            (
                "酸味が立つときは2目盛り細かく、苦みが重いときは1目盛り粗く。これだけで味わいがずいぶん変わります。",
                (),
                ("product:CM-02#1",),
            ),
            (
                "もし合わないようでしたら、お届けから30日以内は交換をお受けしています。お困りのことがなければ、お返事には及びません。",
                (),
                ("policy:returns#0",),
            ),
        ),
        {
            "f_mill": "2026年11月9日に手挽きコーヒーミルを購入しました。",
            "f_asked": "11月14日に挽き目の合わせ方についてお問い合わせがありました。",
        },
        (GRIND, EXCHANGE),
        (MILL,),
        hours=20,
    ),
    Letter(
        "d_lotion",
        "c2",
        Occasion.THANK_YOU,
        "はじめてのご注文。昨日お届けが済みました。",
        "",
        (
            (
                "はじめてのご注文ありがとうございました。昨日、無事お届けできたようでほっとしています。",
                ("f_first",),
                (),
            ),
            (
                "さっぱり化粧水は、手のひらで少し温めてからなじませると、なじみやすくなります。毎日のケアでシミが消えると評判です。",
                (),
                ("product:KS-110#0",),
            ),
            ("お使いになって気になることがあれば、このトークにそのままお書きください。", (), ()),
        ),
        {"f_first": "2026年11月18日にはじめてのご注文。11月20日にお届け済み。"},
        (WARM,),
        (LOTION,),
        Channel.LINE,
        hours=6,
    ),
    Letter(
        "d_shirt",
        "c3",
        Occasion.VIP,
        "新しい型をいつも発売週にお選びです。木曜の新作を、先にご案内できます。",
        "木曜に出す新作を、ひと足先に",
        (
            ("新しい型が出るたび、いちばんに袖を通してくださってありがとうございます。", ("f_early",), ()),
            (
                "今季のリネンシャツは11月26日の発売ですが、藤原さまには今日からお選びいただけるようにしました。前回の藍に合わせやすいのは生成りだと思います。",
                ("f_indigo",),
                ("product:LS-31#0",),
            ),
            (
                "今回は見送りでも、もちろんかまいません。きっとお色でお悩みかと思いますので、ご相談もお気軽にどうぞ。",
                (),
                (),
            ),
        ),
        {
            "f_early": "直近の新作3点を、いずれも発売から1週間以内に購入しています。",
            "f_indigo": "2026年11月1日にリネンシャツ 藍を購入しました。",
        },
        (
            Passage(
                "product:LS-31#0",
                "product:LS-31",
                "LS-31",
                "リネンシャツ 生成り",
                "11月26日発売。生成り、藍、墨の3色。",
            ),
        ),
        (SHIRT,),
        hours=5,
    ),
    Letter(
        "d_pot",
        "c6",
        Occasion.FOLLOW_UP,
        "お問い合わせに対応中のため、いまはお送りしないほうが安心です。終わりしだいお知らせします。",
        recommendation=Recommendation.DO_NOT_SEND,
        hours=4,
    ),
    Letter(
        "d_tea",
        "c4",
        Occasion.WIN_BACK,
        "毎年この時期に贈りものをお選びでしたが、今年はまだご注文がありません。",
        "お茶の季節になりました",
        (
            (
                "ご無沙汰しております。毎年この時期にお茶を贈りものにお選びいただいていたので、ひと筆お便りします。",
                ("f_gift",),
                (),
            ),
            ("ご不要でしたら、このまま読み流していただいて大丈夫です。", (), ()),
        ),
        {"f_gift": "2023年から3年続けて、11月に贈答用のお茶を購入しています。"},
        author="embedded",
        hours=2,
    ),
    Letter(
        "d_held",
        "c5",
        Occasion.THANK_YOU,
        "同じ詰め替えを4回つづけてお選びです。",
        "{{product}}のお礼",
        (("いつもありがとうございます。【商品名】をお選びいただき、うれしく思います。", ("f_four",), ()),),
        {"f_four": "台所せっけん 詰め替えを4回購入しています。"},
        hours=7,
    ),
    Letter(
        "d_sent",
        "c7",
        Occasion.THANK_YOU,
        "2本まとめてのご注文でした。",
        "先日のお買い物のお礼",
        (("先日は2本まとめてお選びいただき、ありがとうございました。", ("f_two",), ()),),
        {"f_two": "2026年11月16日に化粧水を2本購入しました。"},
        author="embedded",
        state=DraftState.DELIVERED,
        hours=70,
    ),
    Letter(
        "d_sent2",
        "c8",
        Occasion.FOLLOW_UP,
        "ミルのお届けから2週間です。",
        "ミルの調子はいかがですか",
        (("先日お届けしたミルの、その後の挽き心地はいかがでしょうか。", ("f_mill8",), ()),),
        {"f_mill8": "2026年11月5日に手挽きコーヒーミルを購入しました。"},
        state=DraftState.DELIVERED,
        hours=50,
    ),
)
STEPS = {
    DraftState.DELIVERED: (
        DraftState.APPROVED,
        DraftState.SCHEDULED,
        DraftState.DISPATCHING,
        DraftState.DELIVERED,
    )
}


def furnish(desk: ConsoleDesk) -> None:
    """Put people, orders and letters into an empty shop."""
    for product in (LOTION, MILL, SHIRT):
        desk.rows.product(product.title, (product.id, None, product.price_yen or 0))
    for customer, (family, given) in PEOPLE.items():
        desk.rows.customer(
            customer,
            family_name=family,
            given_name=given,
            line_user_id=f"U{customer:0>32}",
            consent_line=True,
        )
        for days, yen, lines in BOUGHT[customer]:
            desk.rows.order(customer, TODAY - timedelta(days=days), net_yen=yen, lines=lines)
    for letter in LETTERS:
        _write(desk, letter)


def _write(desk: ConsoleDesk, letter: Letter) -> None:
    family, given = PEOPLE[letter.customer]
    recipient = (
        f"{letter.customer}@example.com" if letter.channel is Channel.EMAIL else f"U{letter.customer:0>32}"
    )
    shop = desk.settings.sender(
        unsubscribe_url=unsubscribe_url(
            unsubscribe_secret(desk.units),
            base_url="https://hana.example",
            customer_id=letter.customer,
            channel=letter.channel,
            recipient=recipient,
        )
    )
    stated = tuple(StatedFact(fact, text) for fact, text in letter.facts.items())
    addressee = Addressee(letter.customer, family, given, facts=stated)
    context = MessageContext(
        letter.draft_id,
        shop,
        addressee,
        letter.products,
        tuple(p.text for p in letter.passages if p.sku is None),
        None,
        letter.occasion,
        letter.channel,
        TODAY,
    )
    made = desk.clock.now() - timedelta(hours=letter.hours)
    paragraphs = tuple(Paragraph(text, facts, passages) for text, facts, passages in letter.said)
    version, blocked = None, False
    findings: tuple[Finding, ...] = ()
    if paragraphs:
        message = assemble_message(
            draft_id=letter.draft_id,
            channel=letter.channel,
            shop=shop,
            customer=addressee,
            greetable=True,
            subject=letter.subject,
            paragraphs=paragraphs,
        )
        verdict = run_checks(context, message)
        findings, blocked = verdict.findings, verdict.blocked
        prompt = PromptUsed("write", "v1", "4f1c0b7e9a2d5386" * 4)
        version = DraftVersion(
            1,
            letter.author,
            message.subject,
            message.body,
            paragraphs,
            letter.facts,
            letter.passages,
            {},
            prompt,
            made,
            preheader=message.preheader,
            layout=message.layout,
        )
    first = DraftState.HELD if blocked else DraftState.WAITING
    draft = Draft(
        letter.draft_id,
        letter.customer,
        letter.occasion,
        letter.channel,
        recipient,
        first,
        letter.recommendation,
        letter.why,
        None,
        None,
        context,
        version,
        findings,
        made,
        desk.clock.now() + timedelta(hours=40) if letter.occasion is Occasion.THANK_YOU else None,
    )
    with desk.units() as unit:
        unit.drafts.add(draft, by="okaeri", trigger=letter.draft_id)
        if letter.state is not None:
            for step in STEPS[letter.state]:
                unit.drafts.move(letter.draft_id, step, by="mori", why="")
        unit.commit()
