"""The main job through the command line, on both databases: files in, a message out, every step with --json."""

import json
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from agent.cli.command import app

Okaeri = Callable[..., tuple[int, Any]]

CUSTOMERS = (
    "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Note\n"
    "'1001,花子,𠮷田,Hanako@Example.com,yes,香りは控えめがお好み\n"
    "'1002,<script>,alert(1),x@example.com,no,\n"
)
ORDERS = (
    "Name,Email,Financial Status,Currency,Subtotal,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,"
    "Lineitem sku,Refunded Amount,Cancelled at\n"
    '#1,hanako@example.com,paid,JPY,3960,3960,2026-11-19 10:00:00 +0900,2,"さっぱり化粧水 - 120mL",1980,LO-120,0,\n'
    "#2,guest@example.com,pending,JPY,500,500,2026-11-20 10:00:00 +0900,1,石けん,500,SO-1,0,\n"
)
PRODUCTS = (
    "Title,URL handle,Description,Type,Status,SKU,Option1 name,Option1 value,Price,Inventory tracker,Inventory quantity\n"
    "さっぱり化粧水,lotion,<p>手のひらで少し温めてから、やさしくなじませてください。肌にうるおいを与えます。</p>,化粧水,active,LO-120,容量,120mL,1980,shopify,12\n"
)
SHOP = {
    "OKAERI_SHOP_NAME": "花の店",
    "OKAERI_SHOP_SENDER_NAME": "花の店 石田",
    "OKAERI_SHOP_ADDRESS": "東京都千代田区丸の内1-1-1",
    "OKAERI_SHOP_CONTACT": "shop@hana.example.jp",
    "OKAERI_SHOP_DOMAIN": "hana.example.jp",
    "OKAERI_MAIL_FROM": "shop@hana.example.jp",
    "OKAERI_NOW": "2026-11-21T10:00:00+09:00",
}


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    for name, text in (("customers", CUSTOMERS), ("orders", ORDERS), ("products", PRODUCTS)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    policies = folder / "policies"
    policies.mkdir()
    (policies / "returns.md").write_text(
        "# 返品\n\nお届けから30日以内は交換をお受けします。\n", encoding="utf-8"
    )
    return folder


@pytest.fixture
def okaeri(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Okaeri:
    """Runs a command in a home of its own; gives the exit code and the JSON (a list for JSON Lines)."""
    monkeypatch.chdir(tmp_path)
    settings = {**SHOP, "OKAERI_HOME": str(tmp_path / "home"), "OKAERI_DATABASE_URL": database_url}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: object) -> tuple[int, Any]:
        done = CliRunner().invoke(app, [*(str(argument) for argument in arguments), "--json"])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        documents = [json.loads(line) for line in done.stdout.splitlines()]
        return done.exit_code, documents[0] if len(documents) == 1 else documents

    return run


@pytest.fixture
def shop(okaeri: Okaeri, exports: Path) -> Okaeri:
    """A shop with its files in and its knowledge indexed."""
    files = [exports / f"{name}.csv" for name in ("customers", "orders", "products")]
    code, report = okaeri("import", *files)
    assert code == 0
    assert (report["platform"], report["customers"], report["orders"]) == ("shopify", 3, 2)
    assert okaeri("index", exports / "policies")[0] == 0
    return okaeri


def draft_for(shop: Okaeri, **more: object) -> dict[str, Any]:
    code, draft = shop(
        "draft", "--customer", "hanako@example.com", "--occasion", "thank_you", "--channel", "email"
    )
    assert code == 0
    return {**draft, **more}


def test_an_approved_draft_leaves_as_a_real_mail_on_disk(shop: Okaeri) -> None:
    draft = draft_for(shop)
    assert (draft["state"], draft["writer"]) == ("waiting", "embedded")
    assert [d["draft_id"] for d in [shop("queue")[1]]] == [draft["draft_id"]]
    code, decision = shop("decide", draft["draft_id"], "approve", "--as", "佐藤")
    assert (code, decision["state"]) == (0, "scheduled")
    code, report = shop("dispatch", "--once")
    assert code == 0
    assert [sent["draft_id"] for sent in report["sent"]] == [draft["draft_id"]]
    mail = message_from_bytes(Path(report["sent"][0]["place"]).read_bytes(), policy=policy.default)
    assert mail["To"] == "Hanako@Example.com"
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == draft["body"].splitlines()


def test_a_preview_is_the_mail_that_will_leave(shop: Okaeri, tmp_path: Path) -> None:
    draft = draft_for(shop)
    assert draft["layout"] == "letter/v1"
    code, made = shop("preview", draft["draft_id"], "--out", tmp_path / "seen" / "here")
    assert (code, made["channel"]) == (0, "email")
    seen = Path(made["file"]).read_bytes()
    mail = message_from_bytes(seen, policy=policy.default)
    html = mail.get_body(("html",))
    assert html is not None
    assert draft["paragraphs"][0]["text"][:20] in html.get_content()
    shop("decide", draft["draft_id"], "approve", "--as", "佐藤")
    left = Path(shop("dispatch", "--once")[1]["sent"][0]["place"]).read_bytes()
    assert left == seen


def test_variants_are_versions_and_an_earlier_one_can_be_taken_again(shop: Okaeri) -> None:
    _, made = shop(
        "draft",
        "--customer",
        "hanako@example.com",
        "--occasion",
        "thank_you",
        "--channel",
        "email",
        "--variants",
        3,
    )
    assert [v["version"] for v in made["variants"]] == [1, 2, 3]
    assert len({v["body"] for v in made["variants"]}) == 3
    assert made["body"] == made["variants"][-1]["body"]
    draft = made["draft_id"]
    code, decided = shop("decide", draft, "edit", "--version", 1, "--as", "mori")
    assert (code, decided["state"], decided["version"]) == (0, "waiting", 4)
    _, queued = shop("queue")
    assert queued["body"] == made["variants"][0]["body"]
    assert queued["writer"] == "embedded", "a text keeps its author"
    code, _ = shop("decide", draft, "edit", "--version", 9, "--as", "mori")
    assert code == 2


def test_each_sentence_of_a_draft_shows_its_source(shop: Okaeri) -> None:
    _, made = shop(
        "draft", "--customer", "hanako@example.com", "--occasion", "thank_you", "--channel", "email"
    )
    sourced = [s for s in made["sentences"] if s["quotes"]]
    assert any("さっぱり化粧水" in s["text"] and s["facts"] for s in sourced)
    assert all(q["text"] for s in sourced for q in s["quotes"])


def test_a_preview_says_where_it_cannot_write(shop: Okaeri, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    draft = draft_for(shop)
    assert shop("preview", draft["draft_id"], "--out", tmp_path / "file")[0] == 2
    assert shop("preview", "nobody", "--out", tmp_path)[0] == 2


def test_a_dispatch_without_once_ends_when_nothing_is_left(shop: Okaeri) -> None:
    draft = draft_for(shop)
    shop("decide", draft["draft_id"], "approve", "--as", "佐藤")
    assert len(shop("dispatch")[1]["sent"]) == 1
    assert shop("dispatch")[1]["sent"] == []


def test_the_chart_shows_what_the_files_said(shop: Okaeri) -> None:
    code, chart = shop("chart", "hanako@example.com")
    assert code == 0
    assert (chart["orders"], chart["net_revenue_yen"], chart["recency_days"]) == (1, 3960, 2)
    assert chart["consent"] == {"email": True, "line": None}
    assert chart["family_name"] == "𠮷田"
    assert shop("chart", "1001")[1]["customer_id"] == chart["customer_id"]


def test_products_list_stock_and_sales(shop: Okaeri) -> None:
    row = shop("products")[1]
    assert (row["units_sold"], row["net_revenue_yen"], row["stock"]) == (
        2,
        3960,
        12,
    )


def test_search_finds_the_policy_in_other_words(shop: Okaeri) -> None:
    results = shop("search", "交換してもらえますか")[1]["results"]
    assert results[0]["document_id"].startswith("policy:")


def test_a_customer_who_said_no_is_not_written_to(shop: Okaeri) -> None:
    code, draft = shop(
        "draft", "--customer", "x@example.com", "--occasion", "thank_you", "--channel", "email"
    )
    assert draft["recommendation"] == "do_not_send"
    code, answer = shop("decide", draft["draft_id"], "approve", "--as", "佐藤")
    assert code != 0
    assert shop("dispatch", "--once")[1]["sent"] == []
    assert "error" in answer or answer["refused"]


def test_an_edit_with_a_wrong_price_is_held(shop: Okaeri, tmp_path: Path) -> None:
    draft = draft_for(shop)
    text = tmp_path / "text.txt"
    text.write_text(draft["body"].replace("\n\n", "\n\nさっぱり化粧水は980円です。\n\n", 1), encoding="utf-8")
    code, decision = shop("decide", draft["draft_id"], "edit", "--as", "佐藤", "--text-file", text)
    assert (code, decision["state"]) == (1, "held")
    assert "wrong_price" in {finding["check"] for finding in decision["findings"]}


def test_nothing_is_approved_without_a_sender(shop: Okaeri, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = draft_for(shop)
    monkeypatch.delenv("OKAERI_SHOP_ADDRESS")
    code, answer = shop("decide", draft["draft_id"], "approve", "--as", "佐藤")
    assert code != 0
    assert "OKAERI_SHOP_ADDRESS" in answer["error"]


def test_outside_allowed_hours_a_message_stays_and_says_so(
    shop: Okaeri, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = draft_for(shop)
    shop("decide", draft["draft_id"], "approve", "--as", "佐藤")
    monkeypatch.setenv("OKAERI_NOW", "2026-11-21T23:59:00+09:00")
    report = shop("dispatch", "--once")[1]
    assert (report["sent"], report["outside_hours"], report["waiting"]) == ([], True, 1)
    assert shop("queue", "--state", "scheduled")[1]["draft_id"] == draft["draft_id"]


def test_a_wrong_call_exits_with_two_and_says_what_to_do(shop: Okaeri) -> None:
    for call in (
        ("chart", "nobody@example.com"),
        ("decide", "d_none", "approve", "--as", "佐藤"),
        ("decide", "d_none", "bless", "--as", "佐藤"),
        ("queue", "--state", "nowhere"),
        ("import", "missing.csv"),
        ("customers", "--as-of", "2026/2/30"),
    ):
        code, answer = shop(*call)
        assert (code, bool(answer["error"])) == (2, True), call


def test_an_import_can_be_undone_until_a_draft_rests_on_it(okaeri: Okaeri, exports: Path) -> None:
    first = okaeri("import", exports / "orders.csv")[1]["import_id"]
    assert okaeri("import", "undo", first)[0] == 0
    assert okaeri("chart", "guest@example.com")[0] == 2
    again = okaeri("import", exports / "orders.csv")[1]["import_id"]
    okaeri("draft", "--customer", "hanako@example.com", "--occasion", "thank_you", "--channel", "email")
    code, answer = okaeri("import", "undo", again)
    assert code == 1
    assert "下書き" in answer["error"]


def test_check_judges_files_without_any_shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    context: dict[str, Any] = {
        "context_id": "c1",
        "shop": {
            "name": "花の店",
            "sender_name": "花の店 石田",
            "address": "東京都千代田区1-1",
            "contact": "a@hana.example",
            "unsubscribe_url": "https://hana.example/u/1",
            "site_domain": "hana.example",
        },
        "customer": {
            "customer_id": "1",
            "family_name": "石田",
            "given_name": "真帆",
            "honorific": "様",
            "facts": [],
        },
        "products": [],
        "policies": [],
        "offer": None,
        "occasion": "thank_you",
        "channel": "line",
        "today": "2026-11-21",
    }
    drafts = [
        {
            "draft_id": "good",
            "context_id": "c1",
            "subject": None,
            "body": "石田さま、ありがとうございました。",
        },
        {
            "draft_id": "bad",
            "context_id": "c1",
            "subject": None,
            "body": "石井さま、ありがとうございました。",
        },
    ]
    Path("c.jsonl").write_text(json.dumps(context), encoding="utf-8")
    Path("d.jsonl").write_text("\n".join(json.dumps(draft) for draft in drafts), encoding="utf-8")
    done = CliRunner().invoke(app, ["check", "--contexts", "c.jsonl", "--drafts", "d.jsonl", "--json"])
    good, bad = (json.loads(line) for line in done.stdout.splitlines())
    assert (good["draft_id"], good["blocked"], good["findings"]) == ("good", False, [])
    assert bad["blocked"]
    finding = next(f for f in bad["findings"] if f["check"] == "wrong_name")
    start, end = finding["span"]
    assert drafts[1]["body"] is not None
    assert str(drafts[1]["body"])[start:end] == finding["quote"]


def test_a_rejection_needs_no_reason_and_a_repeat_names_who_decided(shop: Okaeri) -> None:
    first = draft_for(shop)["draft_id"]
    assert shop("decide", first, "reject", "--as", "佐藤")[1]["reason"] == "other"
    second = draft_for(shop)["draft_id"]
    shop("decide", second, "approve", "--as", "佐藤")
    again = shop("decide", second, "approve", "--as", "大野")[1]
    assert (again["repeated"], again["by"]) == (True, "佐藤")


def test_a_wish_that_no_model_can_follow_is_said_to_be_unfollowed_and_what_to_do(shop: Okaeri) -> None:
    words = ("draft", "--customer", "1001", "--occasion", "thank_you", "--channel", "email")
    draft = shop(*words, "--instruct", "もっと短く")[1]
    assert (draft["instruct"]["text"], draft["instruct"]["followed"]) == ("もっと短く", False)
    for part in ("反映できていません", "okaeri decide", "[chat]"):
        assert part in draft["instruct"]["note"]
    assert shop(*words)[1]["instruct"] is None


def test_an_approval_against_advice_records_the_advice(shop: Okaeri, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OKAERI_NOW", "2026-11-27T10:00:00+09:00")
    code, draft = shop("draft", "--customer", "1001", "--occasion", "thank_you", "--channel", "email")
    assert (code, draft["recommendation"], draft["state"]) == (0, "do_not_send", "waiting")
    decision = shop("decide", draft["draft_id"], "approve", "--as", "佐藤")[1]
    assert draft["why"] in decision["reason"]


def test_cells_that_look_like_formulas_are_kept_as_text_and_pointed_out(
    okaeri: Okaeri, tmp_path: Path
) -> None:
    orders = tmp_path / "formulas.csv"
    orders.write_text(
        ORDERS.replace("石けん", '"=HYPERLINK(""http://x"")"').replace("SO-1", "+SO-1"), encoding="utf-8"
    )
    code, report = okaeri("import", orders)
    assert code == 0
    pointed = [warning for warning in report["warnings"] if "数式" in warning]
    assert [name in " ".join(pointed) for name in ("3行目「Lineitem name」", "「Lineitem sku」")] == [
        True,
        True,
    ]
