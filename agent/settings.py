"""Typed settings, read once: `okaeri.toml`, then `OKAERI_*` variables, then flags."""

import os
import re
import tomllib
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from agent.clock import FileClock, FixedClock, SystemClock, parse_moment
from agent.domain.errors import OperatorMustFix
from agent.domain.message import ShopIdentity
from agent.domain.occasion import Occasion
from agent.domain.occasion_brief import TWO_PEOPLE

DEFAULT_SHOP = "default"
"""The one shop of a fresh install; every row carries a shop id from the first migration."""


PLACEHOLDERS = frozenset({"{handle}", "{id}", "{sku}"})
"""What an address template may leave open: a product's handle, its id on the platform, the SKU of a variant."""
TABLES = frozenset({"prices"})
"""Sections of `okaeri.toml` whose keys are names the shop chooses; they stay tables."""


class ModelPrice(BaseModel):
    """Yen per million tokens read and written. batch: the share of it that a batch costs."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    read: float = Field(alias="in", ge=0)
    written: float = Field(alias="out", ge=0)
    batch: float = Field(default=0.5, ge=0, le=1)


class TomlSections(PydanticBaseSettingsSource):
    """`okaeri.toml`: the home's, then the working folder's over it. `[chat] base_url` is `chat_base_url`."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        here = _flat(Path(os.environ.get("OKAERI_CONFIG", "okaeri.toml")))
        home = os.environ.get("OKAERI_HOME") or here.get("home") or "var"
        return {**_flat(Path(home) / "okaeri.toml"), **here}


def _flat(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    flat: dict[str, Any] = {}
    for name, value in tomllib.loads(path.read_text(encoding="utf-8")).items():
        if isinstance(value, dict) and name not in TABLES:
            flat.update({f"{name}_{inner}": v for inner, v in value.items()})
        else:
            flat[name] = value
    return flat


class Settings(BaseSettings):
    """Every setting of Okaeri. Field names are the variables' without `OKAERI_`, in lower case."""

    model_config = SettingsConfigDict(env_prefix="OKAERI_", extra="ignore", frozen=True)

    home: Path = Path("var")
    database_url: str | None = None
    now: str | None = None
    now_file: Path | None = None
    send: Literal["dry_run", "live"] = "dry_run"
    allow_to: str = ""
    chat_base_url: str | None = None
    chat_model: str | None = None
    chat_api_key: SecretStr | None = None
    chat_timeout_seconds: float = Field(default=60.0, gt=0)
    judge_base_url: str | None = None
    judge_model: str | None = None
    judge_api_key: SecretStr | None = None
    plan_base_url: str | None = None
    plan_model: str | None = None
    plan_api_key: SecretStr | None = None
    write_base_url: str | None = None
    write_model: str | None = None
    write_api_key: SecretStr | None = None
    embed_base_url: str | None = None
    embed_model: str | None = None
    embed_api_key: SecretStr | None = None
    embed_floor: float = Field(default=0.15, ge=-1, le=1)
    embed_ceiling: float = Field(default=0.65, ge=-1, le=1)
    model_concurrency: int = Field(default=64, ge=1, le=1024)
    model_requests_per_minute: int | None = Field(default=None, ge=1)
    model_region: str | None = None
    prices: dict[str, ModelPrice] = Field(default_factory=dict)
    on_model_down: Literal["embedded", "wait"] = "embedded"
    daily_yen_cap: int | None = Field(default=None, ge=0)
    smtp_host: str | None = None
    smtp_port: int = 25
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_tls: Literal["none", "starttls", "tls"] = "none"
    mail_from: str | None = None
    line_channel_secret: SecretStr | None = None
    line_channel_access_token: SecretStr | None = None
    line_api_base_url: str = "https://api.line.me"
    line_monthly_quota: int | None = Field(default=None, ge=0)
    api_token: SecretStr | None = None
    bind: str = "127.0.0.1:8000"
    public_url: str | None = None
    chroma_url: str | None = None
    executor_id: str = "work-1"
    shop_name: str | None = None
    shop_sender_name: str | None = None
    shop_address: str | None = None
    shop_contact: str | None = None
    shop_domain: str | None = None
    shop_product_url: str | None = None
    shop_review_url: str | None = None
    notify_webhook_url: SecretStr | None = None
    quiet_hours: str = "21:00-08:00"
    two_people: str = ",".join(sorted(TWO_PEOPLE))
    lease_seconds: float = Field(default=60.0, gt=0)
    dispatch_threads: int = Field(default=4, ge=1, le=64)
    rank_silver_yen: int = Field(default=30_000, gt=0)
    rank_vip_yen: int = Field(default=100_000, gt=0)
    rank_per_yen: float = Field(default=1.0, gt=0, le=1000)
    rank_review_yen: int = Field(default=500, ge=0)
    rank_referral_yen: int = Field(default=3_000, ge=0)
    rank_expected_share: float = Field(default=0.1, ge=0, le=1)
    rank_regular_name: str = Field(default="レギュラー", min_length=1)
    rank_silver_name: str = Field(default="シルバー", min_length=1)
    rank_vip_name: str = Field(default="VIP", min_length=1)
    gain_delta: float = Field(default=0.2, ge=0, le=3)
    gain_margin: float = Field(default=0.3, gt=0, le=1)
    gain_cost_yen: float = Field(default=3.0, ge=0)

    @model_validator(mode="after")
    def _ranks_rise(self) -> "Settings":
        if self.rank_silver_yen >= self.rank_vip_yen:
            raise ValueError("OKAERI_RANK_VIP_YEN は OKAERI_RANK_SILVER_YEN より大きくしてください")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlSections(settings_cls)

    @model_validator(mode="after")
    def _occasions_are_known(self) -> "Settings":
        codes = {occasion.value for occasion in Occasion}
        for named in self._two_people:
            if named not in codes:
                raise ValueError(
                    f"OKAERI_TWO_PEOPLE の「{named}」という用件はありません。"
                    f"none（なし）か、次からコンマ区切りで選んでください: {', '.join(sorted(codes))}"
                )
        return self

    @model_validator(mode="after")
    def _similarities_rise(self) -> "Settings":
        if self.embed_floor >= self.embed_ceiling:
            raise ValueError("OKAERI_EMBED_CEILING は OKAERI_EMBED_FLOOR より大きくしてください")
        return self

    @model_validator(mode="after")
    def _pages_are_the_shops(self) -> "Settings":
        pages = {"PRODUCT": self.shop_product_url, "REVIEW": self.shop_review_url}
        for name, address in pages.items():
            if address and (wrong := _wrong_page(address, self.shop_domain)):
                raise ValueError(f"OKAERI_SHOP_{name}_URL「{address}」{wrong}")
        return self

    @property
    def _two_people(self) -> list[str]:
        named = [part.strip() for part in self.two_people.split(",") if part.strip()]
        return [] if named == ["none"] else named

    @property
    def two_people_for(self) -> frozenset[Occasion]:
        """Occasions that leave only after two different people approved the same text."""
        return frozenset(Occasion(named) for named in self._two_people)

    @property
    def sqlalchemy_url(self) -> str:
        """The database's address; SQLite inside the home unless told otherwise."""
        if self.database_url:
            url = self.database_url
            for plain in ("postgresql://", "postgres://"):
                if url.startswith(plain):
                    return "postgresql+psycopg://" + url.removeprefix(plain)
            return url
        return f"sqlite:///{(self.home / 'okaeri.sqlite').resolve()}"

    @property
    def rank(self) -> dict[str, Any]:
        """`[rank]`: what the ranks' names, steps and weights are made from, without their prefix."""
        return self._section("rank")

    @property
    def gain(self) -> dict[str, Any]:
        """`[gain]`: what a message is assumed to change, and the margin and cost it is weighed with."""
        return self._section("gain")

    def _section(self, name: str) -> dict[str, Any]:
        prefix = f"{name}_"
        fields = (field for field in type(self).model_fields if field.startswith(prefix))
        return {field.removeprefix(prefix): getattr(self, field) for field in fields}

    @property
    def public_base(self) -> str:
        """Where customers reach the service: the public address, else the shop's own domain."""
        if self.public_url:
            return self.public_url.rstrip("/")
        return f"https://{self.shop_domain}" if self.shop_domain else f"http://{self.bind}"

    @property
    def console_address(self) -> str:
        """Where staff log in."""
        return f"{self.public_url.rstrip('/') if self.public_url else f'http://{self.bind}'}/console/"

    @property
    def model_configured(self) -> bool:
        """True when a chat model may be asked."""
        return bool(self.chat_model and (self.chat_base_url or self.chat_api_key))

    @property
    def judge_configured(self) -> bool:
        """True when a judge model is named and may be asked: at its own address, or where the chat model lives."""
        return bool(
            self.judge_model
            and (self.judge_base_url or self.judge_api_key or self.chat_base_url or self.chat_api_key)
        )

    def clock(self) -> SystemClock | FixedClock | FileClock:
        """The business clock these settings ask for."""
        if self.now_file:
            return FileClock(self.now_file)
        if self.now:
            try:
                return FixedClock(parse_moment(self.now))
            except ValueError as error:
                raise OperatorMustFix(
                    f"OKAERI_NOW is not ISO 8601: {self.now!r}",
                    ja=f"OKAERI_NOW「{self.now}」を日時として読めません。例: 2026-11-21T10:00:00+09:00",
                ) from error
        return SystemClock()

    def sender(self, *, unsubscribe_url: str) -> ShopIdentity:
        """Who writes. Raises OperatorMustFix naming every missing setting: without them nothing can be approved."""
        needed = {
            "OKAERI_SHOP_NAME": self.shop_name,
            "OKAERI_SHOP_SENDER_NAME": self.shop_sender_name,
            "OKAERI_SHOP_ADDRESS": self.shop_address,
            "OKAERI_SHOP_CONTACT": self.shop_contact,
            "OKAERI_SHOP_DOMAIN": self.shop_domain,
        }
        missing = [name for name, value in needed.items() if not value]
        if missing:
            raise OperatorMustFix(
                "sender settings are missing: " + ", ".join(missing),
                ja="差出人の表示に必要な設定がありません。"
                + "、".join(missing)
                + " を設定してください（特定電子メール法）。",
            )
        return ShopIdentity(
            name=self.shop_name or "",
            sender_name=self.shop_sender_name or "",
            address=self.shop_address or "",
            contact=self.shop_contact or "",
            unsubscribe_url=unsubscribe_url,
            site_domain=self.shop_domain or "",
        )


def _wrong_page(address: str, domain: str | None) -> str:
    """Why customers cannot be led to an address template, in Japanese; empty when they can."""
    parts = urlsplit(address)
    unknown = set(re.findall(r"\{[^}]*\}?", address)) - PLACEHOLDERS
    if unknown:
        return f"の {'、'.join(sorted(unknown))} は使えません。使えるのは {{handle}}、{{id}}、{{sku}} です"
    if parts.scheme != "https" or not parts.hostname or not address.isascii() or " " in address:
        return "は使えません。https:// で始まる、半角のアドレスにしてください"
    home = (domain or "").strip().lower().removeprefix("www.")
    if "{" in parts.netloc or (home and not f".{parts.hostname}".endswith(f".{home}")):
        return f"は、お店のドメイン（OKAERI_SHOP_DOMAIN={domain}）の中のアドレスにしてください"
    return ""


def load_settings(**flags: object) -> Settings:
    """Read the settings once. OPENAI_BASE_URL and OPENAI_API_KEY fill in for the chat model. Raises OperatorMustFix."""
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        settings = Settings(**given)  # type: ignore[arg-type]
    except (ValidationError, tomllib.TOMLDecodeError) as error:
        raise OperatorMustFix(f"settings cannot be read: {error}", ja=f"設定を読めません: {error}") from error
    fill: dict[str, object] = {}
    if settings.chat_base_url is None and (url := os.environ.get("OPENAI_BASE_URL")):
        fill["chat_base_url"] = url
    if settings.chat_api_key is None and (key := os.environ.get("OPENAI_API_KEY")):
        fill["chat_api_key"] = SecretStr(key)
    return settings.model_copy(update=fill) if fill else settings
