"""Where a letter leads its reader, and which short answers LINE offers: decided by code, from the shop's own addresses."""

from collections.abc import Sequence

from agent.chains.material import Material
from agent.chains.spoken_name import spoken_name
from agent.domain.layout import Button
from agent.domain.message import Paragraph, ProductFacts
from agent.domain.occasion import Channel, Occasion

SEE_PRODUCT, WRITE_REVIEW = "商品を見る", "レビューを書く"
ANSWERS = ("よかったです", "聞きたいことがあります")
"""To 「いかがでしたか」. Both are welcome; a reader may answer in other words, or not at all."""


def button_for(
    material: Material, products: Sequence[ProductFacts], paragraphs: Sequence[Paragraph]
) -> Button | None:
    """The one page this letter leads to: of the product it speaks of, where the occasion may ask for a look.

    Thanks, care, congratulations and apologies lead nowhere; nor does a letter whose product has no known page, or that does
    not name the product, since a writer may leave a suggestion out.
    """
    title = _shown(material)
    product = next((one for one in products if one.title == title), None)
    if product is None or not _names(title, paragraphs):
        return None
    if material.occasion is Occasion.REVIEW_REQUEST and product.review_url:
        return Button(WRITE_REVIEW, product.review_url)
    return Button(SEE_PRODUCT, product.url) if product.url else None


def answers_for(material: Material) -> tuple[str, ...]:
    """What a reader may tap instead of typing: only where the letter asks something that one word answers."""
    asks = material.occasion is Occasion.FOLLOW_UP and material.channel is Channel.LINE
    return ANSWERS if asks else ()


def _shown(material: Material) -> str:
    """The title of the product a look is worth; empty for none."""
    match material.occasion:
        case Occasion.WIN_BACK:
            return material.suggestion.title if material.suggestion else ""
        case Occasion.REPLENISHMENT:
            refill = material.refill
            return refill.title if refill and refill.available else ""
        case Occasion.REVIEW_REQUEST:
            return material.bought[0].title if material.bought else ""
        case _:
            return ""


def _names(title: str, paragraphs: Sequence[Paragraph]) -> bool:
    said = "\n".join(paragraph.text for paragraph in paragraphs)
    return title in said or spoken_name(title) in said
