"""Who the demo shop is: the sender a message names. Everything here is fictional, the domain is reserved (RFC 2606, JPRS)."""

from typing import Final

SHOP_NAME: Final = "ゆうなぎ商店"
SENDER_NAME: Final = "ゆうなぎ商店 お客さま窓口"
ADDRESS: Final = "〒250-0000 神奈川県小田原市夕凪町1-2-3"
CONTACT: Final = "support@yunagi.example.jp / 0120-000-482（平日10時から16時）"
DOMAIN: Final = "yunagi.example.jp"
PRODUCT_URL: Final = "https://yunagi.example.jp/products/{handle}"
REVIEW_URL: Final = "https://yunagi.example.jp/products/{handle}#review"
MAIL_FROM: Final = "support@yunagi.example.jp"

STAFF: Final = ("大野", "佐伯", "三浦")
"""The owner and the two people who answer customers; the policies name them too."""


def as_settings() -> dict[str, str]:
    """The shop's settings by field name of `agent.settings.Settings`: `load_settings(**as_settings())`."""
    return {
        "shop_name": SHOP_NAME,
        "shop_sender_name": SENDER_NAME,
        "shop_address": ADDRESS,
        "shop_contact": CONTACT,
        "shop_domain": DOMAIN,
        "shop_product_url": PRODUCT_URL,
        "shop_review_url": REVIEW_URL,
        "mail_from": MAIL_FROM,
    }
