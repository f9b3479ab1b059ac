"""What is a reason in English? Reasons are recorded in Japanese; a page in English says the same, sentence by sentence."""

import re
from functools import cache
from typing import Final

_SENTENCES: Final = (
    # nothing, or not enough, on record
    (r"(?:売上になった)?ご注文がまだありません", "No order yet"),
    (r"ご注文が1回のため、間隔はまだ分かりません", "One order only, so no gap is known yet"),
    (r"姓の記録がありません", "No family name is on record"),
    (r"購入の記録がまだありません", "No purchase is on record yet"),
    (
        r"予測には購入のあるお客(?:様|さま)が(\d+)名ほど必要です",
        "Predicting takes about {0} customers who have bought",
    ),
    (
        r"商品の見込みには、購入のあるお客(?:様|さま)が(\d+)名ほど必要です",
        "Product expectations take about {0} customers who have bought",
    ),
    (r"いまは(\d+)名で、あと(\d+)名です", "There are {0} now, {1} more to go"),
    (
        r"お買い上げの方が(\d+)名に満たないため、今後の売上はまだ見込めません",
        "Fewer than {0} buyers: future purchases cannot be foreseen yet",
    ),
    (
        r"記録がまだ短く、予測が当たるかどうかを過去で確かめられていません(?:（あと(\d+)日ほどで確かめられます）)?",
        "The records are too short to test the prediction on the past",
    ),
    (
        r"ご注文の有無がまだ偏っていて、予測が当たるかどうかを過去で確かめられていません",
        "Too few customers did, or did not, order for the prediction to be tested on the past",
    ),
    (
        r"金額にちがいのある購入が少ないため、1回あたりの金額を学べません",
        "Too few purchases of different amounts to learn what an order is worth",
    ),
    (
        r"1回あたりの金額のばらつきが大きすぎて、平均を定められません",
        "Amounts vary too much to tell an average order",
    ),
    (
        r"2回以上お買い上げの方がまだいないため、買う間隔を学べません",
        "Nobody has bought twice yet, so no rhythm can be learnt",
    ),
    (
        r"購入がすべて同じ日のため、買う間隔を学べません",
        "All purchases fall on one day, so no rhythm can be learnt",
    ),
    (r"購入の記録にモデルを当てはめられませんでした", "No model fits the purchases on record"),
    (r"このお店の記録では計算がうまくいきませんでした", "The computation failed on this shop's records"),
    (r"記録（ログ）を添えてお知らせください", "Please report it with the log"),
    # orders
    (r"当面は見込めません", "Not to be expected for the time being"),
    (
        r"お客(?:様|さま)が(\d+)名と少ないため、購入リズムの数理モデルに寄せて見積もっています",
        "With only {0} customers, estimates lean on the model of buying rhythms",
    ),
    (
        r"訪問やメール開封の記録がないため、ご注文の記録だけで見積もっています",
        "There are no visits or mail openings on record, so estimates rest on orders alone",
    ),
    (r"確かさはその分下がります", "They are less certain for it"),
    (
        r"記録がまだ短いため、次のご注文の時期は購入リズムの数理モデルだけで見積もっています",
        "The records are short, so the time of the next order comes from the model of buying rhythms alone",
    ),
    # products
    (
        r"商品ごとの記録がないため、次のお品は見込めません",
        "No products are on record, so the next one cannot be foreseen",
    ),
    (
        r"この日より前の購入がないため、まだ予測できません",
        "There is no purchase before this day to predict from",
    ),
    (
        r"購入の記録がまだ数日分のため、確率は控えめな目安です",
        "A few days on record: the probabilities are a cautious guide",
    ),
    (
        r"購入の記録が(\d+)日分のため、(\d+)日間の実績をもとに(\d+)日間の確率を見積もっています",
        "With {0} days on record, probabilities for {2} days are estimated from {1}",
    ),
    (
        r"お客(?:様|さま)が(\d+)名のため、確率は平均に寄せた目安です",
        "With {0} customers, probabilities lean towards the average",
    ),
    # groups, gain, uplift
    (
        r"お買い物が(\d+)点に満たないか、商品の記録がないため、まだどのグループとも言えません",
        "Fewer than {0} products bought, or none on record: no group can be named yet",
    ),
    (
        r"(\d+)点以上お買い物をされたお客(?:様|さま)が(\d+)人のため、グループ分けはまだできません（(\d+)人から）",
        "{1} customers have bought {0} products or more; groups take {2}",
    ),
    (
        r"何を買われたかの記録がないため、グループ分けはできません",
        "What was bought is not on record, so there are no groups",
    ),
    (
        r"お買い物の傾向にはっきりしたまとまりが見つからないため、グループ分けはしていません",
        "No clear groups were found in what customers buy",
    ),
    (
        r"ご連絡しない、またはご連絡先のないお客(?:様|さま)のため、計算しません",
        "Must not be contacted, or has no address: not computed",
    ),
    (r"配信への同意が確認できないため、計算しません", "No consent is on record: not computed"),
    (
        r"ご注文の見込みがまだ計算できないため、分かりません",
        "The chance of an order is not known yet, so neither is this",
    ),
    (r"1回のお買い物の金額がまだ分からないため、計算できません", "What an order is worth is not known yet"),
    (
        r"お便りの効果は、送る方と送らない方を無作為に分けた記録ができるまで分かりません",
        "What a message changes is unknown until some customers have been held out at random",
    ),
    (r"割引の傾向とは別のものです", "It is another thing than a habit of buying at a reduction"),
    (
        r"お便りの費用に見合う上積みは見込めません（送信の効果は仮の値で、実測ではありません）",
        "A message is not expected to earn its cost (the effect is assumed, not measured)",
    ),
    (
        r"お便りの費用に見合う上積みは見込めません（実測した送信の効果による計算です）",
        "A message is not expected to earn its cost (by the measured effect)",
    ),
    (
        r"お便り1通で見込める粗利の上積みはおよそ([\d,]+)円",
        "One message is expected to add about ¥{0} of margin",
    ),
    (
        r"ご注文の見込みが(.+)から(.+)になる計算です（送信の効果は仮の値で、実測ではありません）",
        "The chance of an order goes from {0} to {1} (the effect is assumed, not measured)",
    ),
    (
        r"ご注文の見込みが(.+)から(.+)になる計算です（実測した送信の効果による計算です）",
        "The chance of an order goes from {0} to {1} (by the measured effect)",
    ),
    # taste
    (
        r"割引のあったご注文の記録が店にないため、分かりません",
        "The shop has no order with a reduction on record",
    ),
    (
        r"ご注文が(\d+)回のため、割引との関係はまだ分かりません（(\d+)回から）",
        "{0} orders are too few to tell about reductions (from {1})",
    ),
    (
        r"価格の分かるお買い物が(\d+)点に満たないため、ふだんの価格はまだ分かりません",
        "Fewer than {0} products with a known price",
    ),
    (
        r"同じ分類の商品を2回以上のご注文で買われた記録がまだありません",
        "No category was bought in two orders yet",
    ),
    (r"同じ色を2回以上のご注文で選ばれた記録がまだありません", "No colour was chosen in two orders yet"),
    (
        r"お買い物がまだ少なく、はっきりしたお好みは読み取れません",
        "There are too few purchases to read a taste off",
    ),
    # ranks
    (r"いちばん上の(.+)です", "The highest rank, {0}"),
    (r"あと([\d,]+)円で(.+)", "¥{0} to {1}"),
    # verdicts of back-tests
    (
        r"お店の過去の実績で確かめ、確率どおりに当たっています",
        "Checked on the shop's past: it happens as often as stated",
    ),
    (
        r"実績がまだ少なく、予測が当たるかどうか確かめられません",
        "Too little has happened yet to tell whether the prediction holds",
    ),
    (
        r"お店全体の平均をそのまま当てはめるより当たらなかったため、表示していません",
        "Not shown: no better than stating the shop's average for everybody",
    ),
    (
        r"RFMの点数で並べるより当たらなかったため、表示していません",
        "Not shown: sorting by RFM scores did better",
    ),
    (
        r"RFMから見積もった確率より外れていたため、表示していません",
        "Not shown: probabilities read off RFM did better",
    ),
    (
        r"確率を実際より高く見積もることが多かったため、表示していません",
        "Not shown: it stated higher probabilities than came true",
    ),
    (
        r"確率を実際より低く見積もることが多かったため、表示していません",
        "Not shown: it stated lower probabilities than came true",
    ),
    (
        r"くり返しお求めの品の確率が実際とずれることが多かったため、表示していません",
        "Not shown: for products bought again, the probabilities were off",
    ),
    (
        r"売れ筋を全員に並べるより当たらなかったため、表示していません",
        "Not shown: the best sellers did better",
    ),
    (
        r"よく買う商品を回数の順に並べるより当たらなかったため、表示していません",
        "Not shown: each customer's most frequent products did better",
    ),
    (
        r"過去の期間で試したところ、示した幅に(.+)の方の実績が収まり、合計は実績の(.+)倍でした",
        "On a past period the range held for {0} of the customers, and the sum was {1} times what came",
    ),
    (
        r"過去の期間で試すと合計が実績の(.+)倍になり、ずれが大きいため表示しません",
        "Not shown: on a past period the sum was {0} times what came",
    ),
    (
        r"過去の期間で試すと、これまでの買い方がそのまま続くと見るほうが近かったため表示しません",
        "Not shown: on a past period, taking everybody to go on as before came closer",
    ),
    (
        r"過去の期間で試すと、(.+)の方が収まるはずの幅に(.+)の方が収まり、幅が合わないため表示しません",
        "Not shown: on a past period a range meant for {0} of the customers held {1}",
    ),
    (r"アンケート（NPS）の回答がまだありません", "No answer to a survey (NPS) yet"),
)

CHECKED: Final = "過去の実績で確かめたところ: "
"""What stands before a verdict."""

_RANK: Final = re.compile(r"(これまでの合計.+)による(.+)です")
_COUNTED: Final = (
    (r"これまでの合計([-\d,]+)円", "¥{0} so far"),
    (r"クチコミ(\d+)件", "{0} reviews"),
    (r"ご紹介(\d+)人", "{0} friends brought"),
    (r"これからの見込み([\d,]+)円の(\d)割", "{1}0 % of the ¥{0} expected"),
    (r"これからの見込み([\d,]+)円の([\d.]+)%", "{1} % of the ¥{0} expected"),
    (r"これからの見込み([\d,]+)円の全部", "the ¥{0} expected"),
)


def in_english(text: str) -> str | None:
    """The same in English; None where a sentence of it has no English words."""
    found = []
    for sentence in text.removeprefix(CHECKED).split("。"):
        plain = sentence.strip()
        if plain:
            said = _said(plain)
            if said is None:
                return None
            found.append(f"{_ranked(said)}.")
    return " ".join(found) or None


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), english) for pattern, english in _SENTENCES)


def _said(sentence: str) -> str | None:
    if rank := _RANK.fullmatch(sentence):
        parts = [_filled(part, _COUNTED) for part in rank[1].split("、")]
        known = [part for part in parts if part is not None]
        return f"{rank[2]}, from {', '.join(known)}" if len(known) == len(parts) else None
    for pattern, english in _patterns():
        if match := pattern.fullmatch(sentence):
            return english.format(*match.groups())
    return None


def _ranked(said: str) -> str:
    """With the names ranks have until a shop names them itself."""
    for ja, en in (("レギュラー", "Regular"), ("シルバー", "Silver")):
        said = said.replace(ja, en)
    return said


def _filled(part: str, forms: tuple[tuple[str, str], ...]) -> str | None:
    for pattern, english in forms:
        if match := re.fullmatch(pattern, part):
            return english.format(*match.groups())
    return None
