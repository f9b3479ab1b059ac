"""Where everybody can see a product: the address its export names, else the one the shop's template makes of it."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from agent.domain.knowledge import SoldProduct, SoldVariant
from agent.settings import PLACEHOLDERS

USUAL_PATHS = {"shopify": "/products/{handle}", "eccube": "/products/detail/{id}"}
"""Where a platform shows a product when the shop has not moved it: Shopify's and EC-CUBE 4's own routes."""


@dataclass(frozen=True, slots=True)
class ProductPages:
    """Public addresses of products. Nothing configured and nothing exported: no address, so no button.

    product: `OKAERI_SHOP_PRODUCT_URL`, the shop front (https://shop.example) or a template with {handle}, {id} or {sku}.
    review: `OKAERI_SHOP_REVIEW_URL`, one page for all reviews or such a template; None where the shop takes no reviews.
    domain: `OKAERI_SHOP_DOMAIN`; an address elsewhere is none, since no message may lead there.
    """

    product: str | None = None
    review: str | None = None
    domain: str | None = None

    def of(self, product: SoldProduct, variant: SoldVariant | None) -> str | None:
        """The product's page; None for a product that is not published, or whose page is not known."""
        if not product.published:
            return None
        if product.url and self._is_ours(product.url):
            return product.url
        return self._made(self._with_path(product.platform), product, variant)

    def review_of(self, product: SoldProduct, variant: SoldVariant | None) -> str | None:
        """Where a review of it can be left, None when not known."""
        return self._made(self.review, product, variant) if product.published else None

    def _with_path(self, platform: str) -> str | None:
        if self.product is None or any(place in self.product for place in PLACEHOLDERS):
            return self.product
        usual = USUAL_PATHS.get(platform)
        return self.product.rstrip("/") + usual if usual else None

    def _made(self, template: str | None, product: SoldProduct, variant: SoldVariant | None) -> str | None:
        if template is None:
            return None
        known = {
            "{handle}": product.handle,
            "{id}": product.product_id,
            "{sku}": variant.sku if variant else None,
        }
        made = template
        for place, value in known.items():
            if place in made:
                if not value:
                    return None
                made = made.replace(place, quote(value, safe=""))
        return made if self._is_ours(made) else None

    def _is_ours(self, address: str) -> bool:
        home = (self.domain or "").strip().lower().removeprefix("www.").rstrip(".")
        host = (urlsplit(address).hostname or "").rstrip(".")
        return address.startswith("https://") and bool(home) and (host == home or host.endswith("." + home))


NO_PAGES = ProductPages()
