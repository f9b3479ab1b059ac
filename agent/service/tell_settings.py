"""What is set and where it is changed, for owners to read. A secret is never told, only whether there is one."""

from collections.abc import Mapping
from dataclasses import dataclass

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SettingTold:
    """One setting. word: what it is, a key of the console's words.    value: as staff read it, None when nothing is set or it is a
    secret.    variable: where it is changed.    needed: without it something does not work."""

    word: str
    value: str | None
    is_set: bool
    variable: str
    secret: bool = False
    needed: bool = False


@dataclass(frozen=True, slots=True)
class SettingsGroup:
    """Settings that belong together. word: its heading's key."""

    word: str
    settings: tuple[SettingTold, ...]


_SECRET, _NEEDED = "secret", "needed"
_GROUPS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "sender",
        (
            ("shop_name", _NEEDED),
            ("shop_sender_name", _NEEDED),
            ("shop_address", _NEEDED),
            ("shop_contact", _NEEDED),
            ("shop_domain", _NEEDED),
            ("public_url", ""),
        ),
    ),
    (
        "mail",
        (
            ("send", ""),
            ("allow_to", ""),
            ("mail_from", ""),
            ("smtp_host", ""),
            ("smtp_port", ""),
            ("smtp_tls", ""),
            ("smtp_username", ""),
            ("smtp_password", _SECRET),
        ),
    ),
    (
        "line",
        (
            ("line_channel_access_token", _SECRET),
            ("line_channel_secret", _SECRET),
            ("line_monthly_quota", ""),
        ),
    ),
    (
        "models",
        (
            ("chat_model", ""),
            ("chat_base_url", ""),
            ("chat_api_key", _SECRET),
            ("plan_model", ""),
            ("write_model", ""),
            ("judge_model", ""),
            ("judge_api_key", _SECRET),
            ("embed_model", ""),
            ("on_model_down", ""),
            ("daily_yen_cap", ""),
        ),
    ),
    ("rules", (("quiet_hours", ""), ("two_people", ""))),
)


def tell_settings(values: Values) -> tuple[SettingsGroup, ...]:
    """Group the settings for the page. values: by field name; a secret's value is never looked into."""
    return tuple(
        SettingsGroup(group, tuple(_told(name, kind, values) for name, kind in fields if name in values))
        for group, fields in _GROUPS
    )


def _told(name: str, kind: str, values: Values) -> SettingTold:
    value = values[name]
    there = value is not None and value != ""
    secret = kind == _SECRET
    shown = None if secret or not there else _without_credentials(str(value))
    return SettingTold(name, shown, there, f"OKAERI_{name.upper()}", secret, kind == _NEEDED)


def _without_credentials(text: str) -> str:
    """An address without a name and password in it."""
    scheme, there, rest = text.partition("://")
    host = rest.split("/", 1)[0]
    if not there or "@" not in host:
        return text
    return f"{scheme}://{rest.split('@', 1)[1]}"
