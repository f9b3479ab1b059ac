"""Can a product be had now, by what the catalogue says?"""

from agent.domain.message import ProductFacts


def in_stock(product: ProductFacts | None) -> bool | None:
    """Whether the catalogue says a product can be had now; None when it does not say."""
    if product is None or product.stock is None:
        return None
    if isinstance(product.stock, int):
        return product.stock > 0
    if any(word in product.stock for word in ("なし", "切れ", "入荷予定", "未定", "終了", "0点")):
        return False
    return True if any(word in product.stock for word in ("在庫あり", "残り", "即納")) else None
