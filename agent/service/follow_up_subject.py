"""Which product of the newest parcel does a follow-up ask about? The reason and the letter ask about the same one."""

from datetime import date

from agent.chains.tips import find_tips
from agent.domain.chart import Chart
from agent.domain.message import Passage
from agent.ports import Catalogue
from agent.service.parcel import Askable, Parcel
from agent.service.refill import is_refill


def to_ask_about(parcel: Parcel | None, chart: Chart, catalogue: Catalogue, *, today: date) -> Askable | None:
    """What is new to the customer before what they know, then what the shop has a tip for; None when nothing is to be asked."""
    if parcel is None:
        return None
    return min(
        (product for product in parcel.products if product.opens <= today <= product.closes),
        key=lambda product: (_known(product, chart), not _has_tip(product, chart, catalogue)),
        default=None,
    )


def _known(product: Askable, chart: Chart) -> bool:
    """Bought on an earlier day too, or to refill what is at home."""
    lines = [line for line in chart.purchases if line.title == product.title]
    return len({line.ordered_on for line in lines}) > 1 or any(map(is_refill, lines))


def _has_tip(product: Askable, chart: Chart, catalogue: Catalogue) -> bool:
    sku = next((line.sku for line in chart.purchases if line.title == product.title), None)
    found = catalogue.product_for_line(sku=sku, title=product.title)
    return found is not None and bool(
        find_tips([Passage("", "", found.id, found.title, text) for text in found.facts])
    )
