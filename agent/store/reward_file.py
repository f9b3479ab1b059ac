"""A shop's `rewards.yaml`, read and checked: what it says, or in Japanese what is wrong with it and where."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from agent.domain.chart import Segment
from agent.domain.errors import OperatorMustFix
from agent.domain.occasion import OCCASION_JA, Occasion
from agent.domain.reward import REWARD_JA, RewardKind
from agent.domain.reward_policy import ALLOWED, NO_POLICY, Campaign, RewardPolicy

FILE = "rewards.yaml"
Yen = Annotated[int, Field(ge=1, le=1_000_000, strict=True)]
Percent = Annotated[int, Field(ge=1, le=90, strict=True)]
Days = Annotated[int, Field(ge=1, le=730, strict=True)]


class CampaignEntry(BaseModel):
    """One entry under `campaigns`; the names of its fields are the file's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=60)
    kind: Literal["story", "experience", "early_access", "points", "coupon"]
    occasions: tuple[Occasion, ...] = Field(min_length=1)
    starts: date | None = None
    ends: date | None = None
    ranks: tuple[Literal["regular", "silver", "vip"], ...] = ()
    segments: tuple[Segment, ...] = ()
    tells: str | None = None
    yen_off: Yen | None = None
    percent_off: Percent | None = None
    at_most_yen: Yen | None = None
    minimum_yen: int = Field(default=0, ge=0, le=1_000_000, strict=True)
    points: Yen | None = None
    valid_days: Days | None = None
    conditions: str = Field(default="", max_length=120)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        kind = RewardKind(self.kind)
        for problem in (*_missing(self, kind), *_foreign(self, kind), *_misplaced(self, kind)):
            raise ValueError(f"「{self.name}」: {problem}")
        return self

    def campaign(self) -> Campaign:
        """The entry as the policy has it."""
        return Campaign(
            name=self.name,
            kind=RewardKind(self.kind),
            occasions=frozenset(self.occasions),
            starts=self.starts,
            ends=self.ends,
            ranks=frozenset(self.ranks),
            segments=frozenset(segment.value for segment in self.segments),
            tells=_sentences(self.tells or ""),
            yen_off=self.yen_off,
            percent_off=self.percent_off,
            at_most_yen=self.at_most_yen,
            minimum_yen=self.minimum_yen,
            points=self.points,
            valid_days=self.valid_days,
            conditions=self.conditions.strip().rstrip("。"),
        )


class PolicyFile(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    monthly_budget_yen: int = Field(default=0, ge=0, le=100_000_000, strict=True)
    money_every_days: Days = 90
    margin_percent: Percent = 30
    margin_by_category: dict[str, Percent] = Field(default_factory=dict)
    margin_share_percent: Percent = 50
    campaigns: tuple[CampaignEntry, ...] = ()

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        names = [entry.name for entry in self.campaigns]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"「{name}」という名前の特典が2つあります。名前は1つずつ変えてください")
        return self

    def policy(self) -> RewardPolicy:
        """The file as the rules read it."""
        return RewardPolicy(
            monthly_budget_yen=self.monthly_budget_yen,
            money_every_days=self.money_every_days,
            margin_percent=self.margin_percent,
            margin_by_category=tuple(self.margin_by_category.items()),
            margin_share_percent=self.margin_share_percent,
            campaigns=tuple(entry.campaign() for entry in self.campaigns),
        )


class RewardFile:
    """The policy of a home folder; read again when the file has changed."""

    def __init__(self, home: Path) -> None:
        self.path = home / FILE
        self._read: tuple[tuple[int, int], RewardPolicy] | None = None

    def __call__(self) -> RewardPolicy:
        """Today's policy; NO_POLICY without a file. Raises OperatorMustFix."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return NO_POLICY
        mark = (found.st_mtime_ns, found.st_size)
        if self._read is None or self._read[0] != mark:
            self._read = (mark, read_policy(self.path))
        return self._read[1]


def read_policy(path: Path) -> RewardPolicy:
    """Read one file. Raises OperatorMustFix that names every place that is wrong."""
    try:
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise _wrong(path, "文字コードがUTF-8ではありません。UTF-8で保存してください") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{mark.line + 1}行目あたり" if mark else "どこか"
        raise _wrong(path, f"{where}の書き方（字下げや記号）を読めません") from error
    if written is None:
        return NO_POLICY
    if not isinstance(written, dict):
        raise _wrong(path, "「名前: 値」の形で書いてください")
    try:
        return PolicyFile.model_validate(written).policy()
    except ValidationError as error:
        raise _wrong(path, "　".join(_said(one) for one in error.errors())) from error


def _missing(entry: CampaignEntry, kind: RewardKind) -> list[str]:
    if kind is RewardKind.COUPON:
        return [
            *([] if (entry.yen_off is None) != (entry.percent_off is None) else ["yen_off か percent_off のどちらか1つを書いてください"]),
            *(["percent_off には at_most_yen（割引の上限額）も書いてください"] if entry.percent_off and not entry.at_most_yen else []),
            *(["yen_off には minimum_yen（お使いいただける最低額）も書いてください"] if entry.yen_off and entry.minimum_yen < 1 else []),
            *([] if entry.valid_days or entry.ends else ["期限（valid_days か ends）を書いてください"]),
        ]  # fmt: skip
    if kind is RewardKind.POINTS:
        return [] if entry.points else ["points（ポイント数）を書いてください"]
    found = [] if (entry.tells or "").strip() else ["tells（お客さまに伝える文）を書いてください"]
    if kind in (RewardKind.EARLY_ACCESS, RewardKind.EXPERIENCE) and entry.ends is None:
        found.append("ends（いつまで）を書いてください")
    return found


_OWN = {
    RewardKind.COUPON: {"yen_off", "percent_off", "at_most_yen", "minimum_yen", "valid_days", "conditions"},
    RewardKind.POINTS: {"points", "valid_days", "conditions"},
    RewardKind.EARLY_ACCESS: {"tells", "conditions"},
    RewardKind.EXPERIENCE: {"tells", "conditions"},
    RewardKind.STORY: {"tells"},
}
_TERMS = set().union(*_OWN.values())


def _foreign(entry: CampaignEntry, kind: RewardKind) -> list[str]:
    """Terms that this kind does not have: a slip, or a hope that would never be kept."""
    given = sorted((entry.model_fields_set & _TERMS) - _OWN[kind])
    return [f"{REWARD_JA[kind]}に {'、'.join(given)} は使えません"] if given else []


def _misplaced(entry: CampaignEntry, kind: RewardKind) -> list[str]:
    bad = [occasion for occasion in entry.occasions if kind not in ALLOWED[occasion]]
    found = [f"{REWARD_JA[kind]}は「{OCCASION_JA[occasion]}」では使えません" for occasion in bad]
    if kind is RewardKind.COUPON and entry.ranks == ("vip",):
        found.append("VIPのお客さまには値引きをしません。先行案内・体験・お店の話をお使いください")
    if Occasion.REVIEW_REQUEST in entry.occasions and (entry.ranks or entry.segments):
        found.append("ご感想の特典は皆さま一律でなければなりません。ranks と segments は外してください")
    if entry.starts and entry.ends and entry.ends < entry.starts:
        found.append("ends が starts より前の日です")
    return found


def _sentences(text: str) -> tuple[str, ...]:
    """The shop's own words, one sentence each."""
    joined = "".join(line.strip() for line in text.splitlines())
    parts = [part for part in joined.split("。") if part.strip()]
    return tuple(f"{part.strip()}。" for part in parts)


_FIELD_JA = {
    "extra_forbidden": "この項目はありません。つづりをお確かめください",
    "missing": "書かれていません",
    "int_type": "整数で書いてください",
    "string_type": "文字で書いてください",
    "bool_type": "true か false で書いてください",
    "date_from_datetime_parsing": "日付は 2026-12-31 の形で書いてください",
    "date_parsing": "日付は 2026-12-31 の形で書いてください",
    "date_type": "日付は 2026-12-31 の形で書いてください",
    "too_short": "1つ以上書いてください",
    "string_too_short": "空にはできません",
    "string_too_long": "長すぎます",
    "tuple_type": "[ ] で囲んで並べてください",
    "dict_type": "「名前: 値」の形で書いてください",
    "model_type": "「名前: 値」の形で書いてください",
}


def _said(error: Any) -> str:
    """One problem of the file, with its place."""
    place = "・".join(f"{part + 1}番目" if isinstance(part, int) else str(part) for part in error["loc"])
    kind, context = error["type"], error.get("ctx") or {}
    if kind == "value_error":
        return f"{str(error['msg']).removeprefix('Value error, ')}。"
    if kind in ("enum", "literal_error"):
        wanted = str(context.get("expected", "")).replace(" or ", "、").replace("'", "")
        return f"{place}: 「{error['input']}」は使えません。使えるのは {wanted} です。"
    if kind in ("greater_than_equal", "less_than_equal"):
        limit = context.get("ge", context.get("le"))
        return f"{place}: {limit}{'以上' if 'ge' in context else '以下'}にしてください。"
    return f"{place}: {_FIELD_JA.get(kind, '値をお確かめください')}。"


def _wrong(path: Path, what: str) -> OperatorMustFix:
    return OperatorMustFix(
        f"{path} cannot be read: {what}",
        ja=f"特典のきまり {path} を直してください。{what.rstrip('。')}。",
    )
