"""What does the catalogue offer, and which product lines were sold? Streamed, for `okaeri products`."""

from collections.abc import Iterator

from sqlalchemy import Engine, case, select

from agent.domain.history import SoldLine, VariantRecord
from agent.store.engine import READ_ONLY
from agent.store.history import ROWS_AT_A_TIME
from agent.store.tables import Order, OrderLine, Product, Variant


class SqlProductSales:
    """`agent.ports.ProductSales` on SQLAlchemy: reads only, without a write lock."""

    def __init__(self, engine: Engine, *, shop_id: str) -> None:
        self._engine = engine.execution_options(**{READ_ONLY: True})
        self.shop_id = shop_id

    def variants(self) -> Iterator[VariantRecord]:
        """Every variant of the catalogue, product by product in its own order."""
        query = (
            select(
                Variant.product_id,
                Variant.sku,
                Product.title,
                Variant.title,
                Variant.price_yen,
                Variant.stock,
                Variant.stock_text,
            )
            .join(Product, (Product.shop_id == Variant.shop_id) & (Product.product_id == Variant.product_id))
            .where(Variant.shop_id == self.shop_id)
            .order_by(Variant.product_id, Variant.position, Variant.variant_id)
        )
        with self._engine.connect().execution_options(yield_per=ROWS_AT_A_TIME) as connection:
            for product_id, sku, title, variant, price, stock, stock_text in connection.execute(query):
                yield VariantRecord(
                    product_id, sku, title, variant, price, stock if stock is not None else stock_text
                )

    def sold_lines(self) -> Iterator[SoldLine]:
        """Every product line of every revenue order, those of guests without an address included, order by order."""
        query = (
            select(
                Order.order_id,
                case((Order.currency == "JPY", Order.net_yen), else_=0),
                Order.discount_yen + Order.refunded_yen,
                OrderLine.sku,
                OrderLine.product_id,
                OrderLine.title,
                OrderLine.variant,
                OrderLine.quantity,
                OrderLine.unit_price_yen,
                OrderLine.discount_yen,
            )
            .join(OrderLine, (OrderLine.shop_id == Order.shop_id) & (OrderLine.order_id == Order.order_id))
            .where(Order.shop_id == self.shop_id, Order.is_revenue.is_(True))
            .order_by(OrderLine.order_id, OrderLine.line_no)  # by the lines' own key: no sort, 4 times faster
        )
        with self._engine.connect().execution_options(yield_per=ROWS_AT_A_TIME) as connection:
            for row in connection.execute(query):
                yield SoldLine(*row)
