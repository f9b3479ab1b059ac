"""Why we write now, and over which channel."""

from enum import StrEnum


class Occasion(StrEnum):
    """The reason for a message. Values are the contract of the command line."""

    THANK_YOU = "thank_you"
    FOLLOW_UP = "follow_up"
    REPLENISHMENT = "replenishment"
    WIN_BACK = "win_back"
    VIP = "vip"
    BIRTHDAY = "birthday"
    REVIEW_REQUEST = "review_request"
    SERVICE_RECOVERY = "service_recovery"


class Channel(StrEnum):
    """How a message travels."""

    EMAIL = "email"
    LINE = "line"


OCCASION_JA = {
    Occasion.THANK_YOU: "お礼",
    Occasion.FOLLOW_UP: "その後いかがですか",
    Occasion.REPLENISHMENT: "そろそろ補充",
    Occasion.WIN_BACK: "お久しぶりのご挨拶",
    Occasion.VIP: "特別なお客さまへ",
    Occasion.BIRTHDAY: "お誕生日",
    Occasion.REVIEW_REQUEST: "ご感想のお願い",
    Occasion.SERVICE_RECOVERY: "お詫び",
}
"""How staff read each occasion."""
CHANNEL_JA = {Channel.EMAIL: "メール", Channel.LINE: "LINE"}
"""How staff read each channel."""
