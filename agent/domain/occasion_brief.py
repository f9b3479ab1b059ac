"""What is each occasion for, what must a message for it do and never do, and when is it better to send nothing?

One text for prompts, screens and documents. The day counts are editorial choices, argued in docs/adr/0006 and 0023.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from agent.domain.occasion import Occasion


@dataclass(frozen=True, slots=True)
class OccasionBrief:
    """The shop's instructions for one occasion. All texts are Japanese, complete sentences or short clauses.

    purpose: one sentence.    must, must_never: what a message does and never does.    likes: facts that make it personal.
    send_nothing: when no message is better, for staff.    expires_after: the most days a draft may wait (agent/service/expiry.py).
    rest: how long the same kind would be a repetition.    by_people_only: never approved by the program itself.
    two_people: leaves only after two people approved, unless the shop decides otherwise.
    may_show_new: may show a product not bought yet.    advertises: needs a recorded consent; False for an apology.
    """

    purpose: str
    must: tuple[str, ...]
    must_never: tuple[str, ...]
    likes: tuple[str, ...]
    send_nothing: tuple[str, ...]
    expires_after: timedelta
    rest: timedelta
    by_people_only: bool = False
    two_people: bool = False
    may_show_new: bool = False
    advertises: bool = True


BRIEFS: Mapping[Occasion, OccasionBrief] = {
    Occasion.THANK_YOU: OccasionBrief(
        purpose="ご注文へのお礼を伝え、使い始めに役立つことを一つ添えます。",
        must=(
            "はじめての方には、はじめてであることを喜びます。",
            "二度目からは、また選んでくださったことへのお礼を言います。",
            "困ったときの連絡先があることを伝えてかまいません。",
        ),
        must_never=(
            "ほかの商品をすすめません。感想も求めません。",
            "一度だけの方に「いつも」「日頃のご愛顧」とは言いません。",
        ),
        likes=("今回お求めの品", "はじめてのご注文か、何度目か", "その品の使い始めや保ち方"),
        send_nothing=("ご注文からもお届けからも3日を過ぎたとき。", "ご事情が解決していないとき。"),
        expires_after=timedelta(days=3),
        rest=timedelta(days=7),
    ),
    Occasion.FOLLOW_UP: OccasionBrief(
        purpose="使い始めて少したったころに、困りごとがないかをうかがいます。",
        must=(
            "うかがうのは感じ方です（食べ物と飲み物は味、着る物は着心地や大きさ、化粧品は使い心地、道具は使い勝手）。",
            "はじめての品なら、使い方や保ち方を一つ添えます。",
            "お返事がなくてもよいことを伝えます。",
        ),
        must_never=(
            "「効果」「変化」「実感」は尋ねません。",
            "買い足しや評価の投稿を求めません。",
        ),
        likes=(
            "お求めの品とその時期",
            "お問い合わせやお話にあった気がかり",
            "調整・手入れ・交換の決まり",
        ),
        send_nothing=(
            "届いてまだ日が浅いとき。",
            "召し上がり終えたころの食べ物や、使い慣れたころの品のとき（食べ物はお届けから3週間、道具は1か月半ほど）。",
        ),
        expires_after=timedelta(days=14),
        rest=timedelta(days=30),
    ),
    Occasion.REPLENISHMENT: OccasionBrief(
        purpose="いつもの品がなくなりそうなころに、ひと声おかけします。",
        must=(
            "その方ご自身のご注文の間隔から、そろそろのころだと伝えます。",
            "まだ残っているなら読み流してよいことを伝えます。",
        ),
        must_never=(
            "値段・割引・まとめ買いの話をしません。",
            "急かしません。在庫の少なさであおりません。",
            "いつものやり方をご存じの方に、使い方を教えません。",
        ),
        likes=("くり返しお求めの品", "ご注文の間隔と、前回からの日数"),
        send_nothing=(
            "まだなくなるころではないとき。",
            "すでに買い足されたとき。",
            "その品が品切れのとき。",
        ),
        expires_after=timedelta(days=7),
        rest=timedelta(days=21),
    ),
    Occasion.WIN_BACK: OccasionBrief(
        purpose="しばらくご無沙汰の方へ、覚えていることをそっと伝えるご挨拶です。",
        must=(
            "以前の一品を覚えていることを伝えます。",
            "読み流してよいことと、案内はいつでも末尾から止められることを一言添えます。",
        ),
        must_never=(
            "責めません。寂しがりません。急かしません。皮肉を言いません。",
            "空白の日数や月数を数えて見せません。",
            "割引で釣りません。",
        ),
        likes=("最初の一品や、くり返し選ばれた一品", "お好みに合う、まだお求めでない品を一つだけ"),
        send_nothing=("いまもお買い物が続いているとき。", "最後のお買い物からまだ間もないとき。"),
        expires_after=timedelta(days=21),
        rest=timedelta(days=60),
        may_show_new=True,
    ),
    Occasion.VIP: OccasionBrief(
        purpose="長く支えてくださる方への、特別なお礼とひと足早いお知らせです。",
        must=("これまでのお付き合いのなかの、その方らしい事実を一つ、静かに言葉にします。",),
        must_never=(
            "値引きや「特別価格」の話をしません。",
            "回数や金額を数えて見せません。",
            "見送りにくい言い方をしません。",
        ),
        likes=("くり返し選ばれる一品", "最初の一品", "新しいものを早く選ばれること"),
        send_nothing=("会員ランクがVIPでないとき。", "ご事情が解決していないとき。"),
        expires_after=timedelta(days=14),
        rest=timedelta(days=30),
        by_people_only=True,
        two_people=True,
    ),
    Occasion.BIRTHDAY: OccasionBrief(
        purpose="お誕生日をお祝いします。",
        must=(
            "お祝いの言葉を最初に置きます。",
            "月だけをうかがっている方には「お誕生月」とだけ言います。",
            "その方のお買い物を一つ思い出して、お礼を添えます。",
        ),
        must_never=(
            "どこでお誕生日を知ったかを書きません。",
            "年齢・生まれ年・家族のことに触れません。",
            "お祝いを売り込みの口実にしません。",
        ),
        likes=("お誕生日（またはお誕生月）", "くり返し選ばれる一品や最近の一品"),
        send_nothing=(
            "お誕生日をうかがっていないとき。",
            "お誕生日がまだ先か、過ぎてしまったとき。",
        ),
        expires_after=timedelta(days=3),
        rest=timedelta(days=300),
    ),
    Occasion.REVIEW_REQUEST: OccasionBrief(
        purpose="使ってみてのご感想を、次に選ぶ方のためにお願いします。",
        must=(
            "よかった点も困った点も、どちらも歓迎だと伝えます。",
            "お礼のポイントがあるなら、評価にかかわらずお付けすることと、当店からのお礼であることを書きます。",
            "断れる余地を残します。",
        ),
        must_never=(
            "高い評価や星の数を求めません。",
            "よい評価にだけお礼をするとは書きません。",
            "決まりにない謝礼を約束しません。",
        ),
        likes=("お求めの品と、お使いになった期間", "レビューのポイントの決まり"),
        send_nothing=(
            "困りごとや低い評価をうかがったあと。",
            "一度お願いしたあと、またはすでにご投稿いただいたあと。",
            "届いてまだ日が浅いとき。",
            "「その後いかがですか」をまだうかがっておらず、うかがえる時期のとき。",
        ),
        expires_after=timedelta(days=14),
        rest=timedelta(days=90),
    ),
    Occasion.SERVICE_RECOVERY: OccasionBrief(
        purpose="当店の落ち度でご迷惑をおかけしたことを、まずお詫びします。",
        must=(
            "最初の段落で、起きたことを名指しでお詫びします。",
            "決まりにある対応（返金・返品や交換の送料など）だけをお伝えします。",
            "お返事は人が読むことを伝えます。",
        ),
        must_never=(
            "商品・特典・クーポンをすすめません。",
            "言い訳をしません。原因が記録にないときは、原因を書きません。",
            "明るい言葉、季節のあいさつ、「！」を使いません。",
            "記録にない約束をしません。",
            "アンケートの点数や星の数を書きません。",
        ),
        likes=("起きたことの記録", "お客さまご自身の言葉", "返金と送料の決まり"),
        send_nothing=(
            "お詫びする出来事の記録がないとき。",
            "すでにお詫びしたとき、または対応が終わっているとき。",
        ),
        expires_after=timedelta(days=3),
        rest=timedelta(days=30),
        by_people_only=True,
        two_people=True,
        advertises=False,
    ),
}
"""What every writer and reviewer goes by."""
TWO_PEOPLE = frozenset(occasion for occasion, brief in BRIEFS.items() if brief.two_people)
"""Occasions that leave only after two people approved, where the shop has not decided otherwise."""
