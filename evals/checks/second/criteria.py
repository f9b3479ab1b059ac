"""Which checks the second tier judges, in which messages each applies, and what staff read when it speaks."""

from dataclasses import dataclass

from agent.domain.occasion import Occasion


@dataclass(frozen=True, slots=True)
class Criterion:
    """One check of the second tier.

    check: its name in the command-line contract.    occasions: where it applies, None for everywhere.
    needs_facts: True when a sentence is wrong only because nothing in the context says so.
    why: what staff read.
    """

    check: str
    occasions: frozenset[Occasion] | None
    needs_facts: bool
    why: str

    def applies(self, occasion: Occasion) -> bool:
        """True when the check means anything in a message of this occasion."""
        return self.occasions is None or occasion in self.occasions


def _everywhere(check: str, why: str, *, needs_facts: bool = False) -> Criterion:
    return Criterion(check, None, needs_facts, why)


def _only(check: str, occasions: set[Occasion], why: str) -> Criterion:
    return Criterion(check, frozenset(occasions), False, why)


CRITERIA: tuple[Criterion, ...] = (
    _everywhere(
        "yakkihou_claim",
        "体や肌、病気への効果をうたっているように読めます（薬機法66・68条、健康増進法65条）。使い心地や使い方の言葉に言い換えてください。",
    ),
    _everywhere(
        "keihyouhou_claim",
        "根拠のない一番・確実・限定をうたっているように読めます（景品表示法5条）。確かめられる事実だけを書いてください。",
    ),
    _everywhere(
        "stealth_review_incentive",
        "良い評価だけを求める、またはお礼を隠すように読めます（ステルスマーケティング規制）。評価の内容を問わず、お礼があることも書いてください。",
    ),
    _everywhere(
        "too_casual_or_rude",
        "お客さまへの言葉として、くだけすぎているか失礼に読めます。です・ますで丁寧に書き直してください。",
    ),
    _everywhere(
        "keigo_error", "敬語の使い方が正しくないように読めます。尊敬語と謙譲語、二重敬語を見直してください。"
    ),
    _only(
        "guilt_or_sarcasm_in_winback",
        {Occasion.WIN_BACK},
        "ご無沙汰のお客さまを責める、皮肉る、または引き止めるように読めます。近況を気づかう言葉だけにしてください。",
    ),
    _only(
        "pushy_discount_when_vip_or_complaint",
        {Occasion.VIP, Occasion.SERVICE_RECOVERY},
        "大切なお客さまやお困りのお客さまに、売り込んでいるように読めます。値引きやまとめ買いのおすすめを外してください。",
    ),
    _everywhere(
        "creepy_surveillance",
        "お客さまの行動や事情を見張っている、推し量っているように読めます。ご本人から伺ったこととご購入の事実だけを書いてください。",
    ),
    _only(
        "tone_mismatch_service_recovery",
        {Occasion.SERVICE_RECOVERY},
        "お詫びの場にそぐわない明るさ、冗談、宣伝に読めます。お詫びと対応だけを落ち着いた言葉で書いてください。",
    ),
    _everywhere(
        "invented_product_attribute",
        "産地・原料・製法・認証・機能・保証について、商品の情報にないことを述べているように読めます。商品の情報にある言葉に直すか、外してください。",
        needs_facts=True,
    ),
    _everywhere(
        "invented_offer_or_changed_terms",
        "このお客さまへの特典にない値引き・プレゼント・条件を約束しているように読めます。特典の内容どおりに直すか、外してください。",
        needs_facts=True,
    ),
    _everywhere(
        "prompt_leak_or_meta",
        "お客さまへの文ではなく、書き手への指示や書き手自身の説明に読めます。この文を外してください。",
    ),
    _everywhere(
        "other_customer_data",
        "ほかのお客さまの名前・買い物・事情に触れているように読めます。この文を外してください。",
    ),
    _everywhere(
        "wrong_stock_or_delivery_promise",
        "在庫・発送・お届け・返品について、お店の決まりにない約束をしているように読めます。決まりにある言葉に直すか、外してください。",
        needs_facts=True,
    ),
)
"""In the order of the columns of the weights."""

NAMES = tuple(criterion.check for criterion in CRITERIA)
