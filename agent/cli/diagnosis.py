"""What is configured, what answers, and what is wrong: the checks of `okaeri doctor`."""

import smtplib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Literal

import httpx2
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from agent.domain.errors import OkaeriError
from agent.llm.make_model import routes
from agent.llm.tasks import TASKS
from agent.main import App

State = Literal["ok", "note", "wrong"]
PATIENCE = 5.0
"""Seconds to wait for each peer."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One line. state: ok, note (works, but know this), wrong (must be mended). detail: Japanese, with what to do."""

    name: str
    state: State
    detail: str


def diagnose(app: App) -> list[dict[str, str]]:
    """Look at every part; never raises for what it finds."""
    parts: tuple[Callable[[App], Iterator[Diagnosis]], ...] = (
        _sender,
        _database,
        _index,
        _model,
        _sending,
        _people,
    )
    return [asdict(diagnosis) for part in parts for diagnosis in _guarded(part, app)]


def _guarded(part: Callable[[App], Iterator[Diagnosis]], app: App) -> Iterator[Diagnosis]:
    try:
        yield from part(app)
    except OkaeriError as error:
        yield Diagnosis(part.__name__.strip("_"), "wrong", error.ja)


def _sender(app: App) -> Iterator[Diagnosis]:
    shop = app.settings.sender(unsubscribe_url=f"{app.settings.public_base}/u/")
    yield Diagnosis("sender", "ok", f"差出人: {shop.sender_name}（{shop.name}）")
    if not app.settings.public_url:
        yield Diagnosis(
            "public_url",
            "wrong" if app.settings.send == "live" else "note",
            f"OKAERI_PUBLIC_URL が未設定のため、配信停止の案内は {app.settings.public_base} になります。",
        )


def _database(app: App) -> Iterator[Diagnosis]:
    try:
        with app.engine.connect() as connection:
            people = connection.execute(text("select count(*) from customers")).scalar_one()
        yield Diagnosis("database", "ok", f"{app.engine.dialect.name}（お客さま {people}人）")
    except SQLAlchemyError as error:
        yield Diagnosis("database", "wrong", f"データベースを使えません: {error}")
    with app.units(read_only=True) as unit:
        altered = unit.audit.verify()
    if altered is None:
        yield Diagnosis("audit", "ok", "記録の連鎖は正しく続いています。")
    else:
        yield Diagnosis(
            "audit", "wrong", f"監査記録の {altered} 番が書き換えられています。管理者に知らせてください。"
        )


def _index(app: App) -> Iterator[Diagnosis]:
    with app.engine.connect() as connection:
        documents = connection.execute(text("select count(*) from indexed_documents")).scalar_one()
    if documents and not app.index_fits():
        yield Diagnosis(
            "index",
            "wrong",
            "索引は別の検索用モデルで作られています。言葉の一致だけで検索しています。`okaeri index` を実行してください。",
        )
    elif documents:
        yield Diagnosis("index", "ok", f"検索用の文書 {documents}件")
    else:
        yield Diagnosis(
            "index",
            "note",
            "商品と規約がまだ検索できません。`okaeri index 規約フォルダ` を実行してください。",
        )


def _model(app: App) -> Iterator[Diagnosis]:
    settings = app.settings
    known = routes(settings)
    if "write" not in known:
        yield Diagnosis("model", "note", "文章モデルは未設定です。定型文で下書きします。")
    for task in TASKS:
        route = known.get(task)
        if route is None:
            continue
        price = (
            f"入力 {route.price.read:g}円・出力 {route.price.written:g}円（100万トークン）"
            if route.price
            else "価格は未設定"
        )
        own = "" if route.own else "、チャット用と同じ"
        unpriced = route.price is None and settings.daily_yen_cap is not None
        yield Diagnosis(
            f"model_{task}",
            "wrong" if unpriced else "ok",
            f"{route.model}（{route.base_url}{own}）{price}"
            + ("。上限（OKAERI_DAILY_YEN_CAP）を数えられないため、使われません。" if unpriced else ""),
        )
    for base, key in sorted({(route.base_url.rstrip("/"), route.api_key) for route in known.values()}):
        yield _reached(base, key)
    if "write" in known and settings.daily_yen_cap is not None:
        yield Diagnosis("daily_yen_cap", "ok", f"AIの利用は1日 {settings.daily_yen_cap:,}円まで")


def _reached(base: str, key: str) -> Diagnosis:
    try:
        answer = httpx2.get(f"{base}/models", headers={"Authorization": f"Bearer {key}"}, timeout=PATIENCE)
    except httpx2.HTTPError as error:
        return Diagnosis("model", "wrong", f"{base} につながりません: {type(error).__name__}")
    if answer.status_code in (401, 403):
        return Diagnosis(
            "model",
            "wrong",
            f"{base} に鍵が受け付けられません。OKAERI_CHAT_API_KEY などを確認してください。",
        )
    return Diagnosis("model", "ok", f"{base}（応答 {answer.status_code}）")


def _sending(app: App) -> Iterator[Diagnosis]:
    settings = app.settings
    if settings.send == "dry_run":
        yield Diagnosis(
            "send",
            "note",
            "試し送り（dry run）です。控えを書き出すだけで、外には送りません。本番は OKAERI_SEND=live。",
        )
    else:
        yield Diagnosis("send", "ok", "本番送信です。")
    if not settings.smtp_host:
        yield Diagnosis(
            "smtp", "note" if settings.send == "dry_run" else "wrong", "OKAERI_SMTP_HOST が未設定です。"
        )
        return
    try:
        with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=PATIENCE) as server:
            server.noop()
        yield Diagnosis("smtp", "ok", f"{settings.smtp_host}:{settings.smtp_port}")
    except (OSError, smtplib.SMTPException) as error:
        yield Diagnosis(
            "smtp", "wrong", f"{settings.smtp_host}:{settings.smtp_port} につながりません: {error}"
        )
    if not settings.mail_from:
        yield Diagnosis("mail_from", "wrong", "OKAERI_MAIL_FROM（差出人アドレス）が未設定です。")


def _people(app: App) -> Iterator[Diagnosis]:
    with app.units(read_only=True) as unit:
        members = unit.staff.members()
    if members:
        yield Diagnosis("staff", "ok", f"担当者 {len(members)}人")
    else:
        yield Diagnosis(
            "staff", "note", "担当者がいません。`okaeri user add 名前 --role owner` で登録してください。"
        )
