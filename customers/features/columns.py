"""Which columns does the one definition give, and in which half-lives does it decay?

Columns (`COLUMNS`), one row a customer with any row before the cut; days are distinct days of purchase:

customer_id         string
orders, days        orders (net >= 0), and the distinct days they fell on; 0 for somebody known only from returns or events
first_on, last_on   date of the first and last order; null without one
net_yen             all money, returns taken off (an order's net_yen is after its refunds);  paid_yen: of the orders alone
discount_yen, discounted_orders of the orders;  refunded_yen;  returns: rows with a negative net
gap_log, gap_log_sq, gap_sq   sums over the gaps (in days) between neighbouring purchase days of ln gap, (ln gap)^2, gap^2
last_gap            days between the last two purchase days; null with fewer than two.    longest_gap: the same, longest
hot_7, hot_15 ... hot_120   purchase days, each counting half after so many days, as of last_on (so >= 1 for a buyer)
spend_30, spend_120   yen of the orders, decayed likewise, as of last_on
visits, last_visit_on, visit_14, visit_90   distinct days with a visit or a view; decayed as of last_visit_on
sends, last_send_on; opens, clicks, last_open_on (open or click); unopened_streak: sends later than the last open or click
carts, last_cart_on; reviews, referrals, chats, store_visits; nps: the latest answer, null without one
"""

from typing import Final

HOT: Final = (7, 15, 30, 60, 120)
"""Half-lives in days of the decayed purchase days: a week's habit to a season's."""

SPEND: Final = (30, 120)
"""Half-lives in days of the decayed spend."""

VISIT: Final = (14, 90)
"""Half-lives in days of the decayed visit days: now against usual."""

EVENT_COLUMNS: Final = {
    "visits": "int64",
    "last_visit_on": "date",
    **{f"visit_{half}": "float64" for half in VISIT},
    "sends": "int64",
    "last_send_on": "date",
    "opens": "int64",
    "clicks": "int64",
    "last_open_on": "date",
    "unopened_streak": "int64",
    "carts": "int64",
    "last_cart_on": "date",
    "reviews": "int64",
    "referrals": "int64",
    "chats": "int64",
    "store_visits": "int64",
    "nps": "int64",
}
"""What is read off behaviour events, with its type. Counts are 0 and the rest null for somebody without events."""

ORDER_COLUMNS: Final = {
    "orders": "int64",
    "days": "int64",
    "first_on": "date",
    "last_on": "date",
    "net_yen": "int64",
    "paid_yen": "int64",
    "discount_yen": "int64",
    "discounted_orders": "int64",
    "refunded_yen": "int64",
    "returns": "int64",
    "gap_log": "float64",
    "gap_log_sq": "float64",
    "gap_sq": "float64",
    "last_gap": "int64",
    "longest_gap": "int64",
    **{f"hot_{half}": "float64" for half in HOT},
    **{f"spend_{half}": "float64" for half in SPEND},
}
"""What is read off orders, with its type. Sums are 0 for somebody without orders; dates, last_gap and longest_gap null."""

COLUMNS: Final = ("customer_id", *ORDER_COLUMNS, *EVENT_COLUMNS)

NULLABLE: Final = frozenset(
    (
        "first_on",
        "last_on",
        "last_gap",
        "longest_gap",
        "last_visit_on",
        "last_send_on",
        "last_open_on",
        "last_cart_on",
        "nps",
    )
)
"""Columns in which null means "never"; everywhere else nothing adds up to 0."""
