"""What does the shop's policy give for a review, in parts that a letter may say in words of its own?"""

import re

from agent.chains.material import ReviewAsk

_PLAIN = re.compile(
    r"^(?:商品の)?レビューを投稿された方には、評価(?:の内容)?にかかわらず、?(?P<each>1商品につき)?"
    r"\d+ポイントを(?:おつけ|お付け)し(?:ます|ています)（当店からのお礼です）。$"
)
"""A rule without a condition that other words for it could lose."""


def review_words(review: ReviewAsk | None) -> dict[str, object]:
    """review_says: the policy's sentence, on one line.    review_points, review_each: its parts (50ポイント, whether for each
    product), empty where the sentence says more than these: it then stands in a letter word for word, or not at all.
    """
    says = " ".join(review.says.split()) if review else ""
    found = _PLAIN.search(says)
    return {
        "review_says": says,
        "review_points": f"{review.points}ポイント" if found and review else "",
        "review_each": bool(found and found["each"]),
    }
