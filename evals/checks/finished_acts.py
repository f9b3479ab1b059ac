"""Find acts that only the shop's own systems can do, told as done, where no record or policy says so.

A writer writes and does nothing: 返金しました is true only when a record of the customer, or on an apology the shop's rule, names it.
What somebody wrote into a note is no record (`agent.domain.provenance`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.domain.finding import Finding
from agent.domain.occasion import Occasion
from evals.checks.reading import Reading

_DID = (
    r"(?:(?:を|は|が|も|の|に|へ|で|、|ご|お|して|すべて|全額|手続き?|処理|操作|手配|登録|実行|完了)*"
    r"(?:いたし|致し|し|ておき|せ|済み|済ませ|終え|改め|替え|換え|増やし|足し|加え|上げ|取り消し|消し|押し|させていただき|しておき)"
    r"(?:まし(?:た|て|たの)|で(?:す|ござい)|ております)|"
    r"(?:を|は|が|も|の|ご)*(?:手続き?|処理|手配|登録)?(?:を|は|が|も)*(?:済み|完了|済んで|すん(?:で|だ))|(?:の)?(?:手続き?|処理)(?:が|は|も)(?:済|完了|終))"
)


@dataclass(frozen=True, slots=True)
class _Act:
    """An act told as done. said: how; proof: what a record must name; by_policy: a policy that names it is enough on any occasion."""

    said: re.Pattern[str]
    proof: re.Pattern[str]
    by_policy: bool = False


def _act(said: str, proof: str, *, by_policy: bool = False) -> _Act:
    return _Act(re.compile(said), re.compile(proof), by_policy)


_ACTS = (
    _act(rf"(?:ご?返金|払い戻し|返金ボタン)[^。\n]{{0,6}}?{_DID}", r"返金|払い戻"),
    _act(
        r"(?:ご?請求|お支払い|決済)[^。\n]{0,4}?(?:取り?消|キャンセル)[^。\n]{0,10}?(?:ました|済)",
        r"請求|返金|決済",
    ),
    _act(
        rf"(?:ポイント|pt|[0-9一二三四五六七八九十百千万]点)[^。、\n]{{0,6}}?(?:付与|加算|追加|進呈|足し|増や|入れ|加え|お付け){_DID}?[^。、\n]{{0,4}}?ました",
        r"ポイント|pt",
        by_policy=True,
    ),
    _act(
        r"(?:会員)?ランク[^。、\n]{0,10}?(?:変更|引き?上げ|更新|アップ)(?!され|なさ)[^。\n]{0,24}?(?:しました|いたしました|ておきました|済)",
        r"ランク|会員",
    ),
    _act(
        rf"(?:ご?注文|定期便|定期購入|ご?予約|ご?契約)(?:の(?:品|分|お品))?(?:は|を|も|の|につきまして)?[^。、\n]{{0,8}}?(?:キャンセル|取り?消し?|解約|休止)[^。\n]{{0,4}}?{_DID}",
        r"キャンセル|取り?消|解約|休止",
    ),
    _act(
        r"(?:ご?住所|お?届け先|配送先|お?支払い?方法|カード|ご?口座|メールアドレス|ご?登録情報|お?電話番号|パスワード)[^。\n]{0,24}?(?:変更|更新|削除|登録|改め|書き?換え|切り?替え)(?!をご希望)(?:を|も)?(?:いたし|致し|し|て?おき|め|え|させていただき)?(?:て(?:おき)?)?(?:まし|ました|済)",
        r"変更|更新|削除|登録|改め|切り?替",
    ),
    _act(
        rf"(?:再送|交換品|代替品|代わりの(?:お?品|商品))[^。\n]{{0,8}}?(?:手配|処理|登録|出荷|発送)[^。\n]{{0,6}}?{_DID}",
        r"再送|交換|代替|代わり|新しい|不良|破損|割れ|誤|欠|送り直|差し替",
    ),
    _act(
        rf"(?:ご注文|お?品|出荷)[^。\n]{{0,24}}?出荷の(?:登録|処理)[^。\n]{{0,4}}?{_DID}|出荷の(?:登録|処理)(?:を)?{_DID}",
        r"出荷|発送|再送",
    ),
    _act(
        r"在庫(?:数)?を[^。、\n]{0,4}?(?:更新|補充|追加|書き換え)(?:し|いたし)(?:て|、|まし)?", r"在庫|入荷"
    ),
)
_BY_THE_CUSTOMER = re.compile(
    r"(?:いただき|くださ|ください|なさい|され)(?:まし|て)|ご希望|いただいた|ましたら|済みでしたら|ますか|でしょうか"
)
_WHY = "お店の記録にない手続きを、済んだこととして書いています。実際に行ったか確かめ、確かでなければ外してください。"


def find_finished_acts(reading: Reading, check: str) -> Iterator[Finding]:
    """返金しました, ポイントを足しておきました, ご注文を取り消しました: unless a record says so."""
    records = reading.known.records
    policies = "\n".join((*reading.known.policies, reading.known.offer))
    apology = reading.occasion is Occasion.SERVICE_RECOVERY
    for text, at, sentence in reading.sentences():
        for act in _ACTS:
            found = act.said.search(sentence)
            if found is None or _BY_THE_CUSTOMER.search(
                found.group() + sentence[found.end() : found.end() + 6]
            ):
                continue
            if act.proof.search(records) or ((act.by_policy or apology) and act.proof.search(policies)):
                continue
            yield text.find(check, at + found.start(), at + found.end(), _WHY)
            break
