"""What the console says, in Japanese and in English."""

from typing import Literal, NamedTuple

from agent.domain.chart import SEGMENT_JA, Segment
from agent.domain.decision import REJECT_REASONS, Verb
from agent.domain.draft import STATE_JA, DraftState
from agent.domain.finding import Severity
from agent.domain.occasion import OCCASION_JA, Channel, Occasion
from agent.domain.staff import ROLE_JA, Role
from console.audit.audit_words import AUDIT_WORDS
from console.customers.chart_words import CHART_WORDS
from console.customers.record_words import RECORD_WORDS
from console.desk.bulk_words import BULK_WORDS
from console.desk.desk_words import DESK_WORDS
from console.learning.autonomy_words import AUTONOMY_WORDS
from console.learning.rules_words import RULES_WORDS
from console.people.people_words import PEOPLE_WORDS
from console.settings.settings_words import SETTINGS_WORDS
from console.status.status_words import STATUS_WORDS
from console.today.today_words import TODAY_WORDS

Language = Literal["ja", "en"]
LANGUAGES: tuple[Language, ...] = ("ja", "en")


class Word(NamedTuple):
    """One phrase in both languages; {names} are filled in and are the same in both."""

    ja: str
    en: str


_STATE_EN = {
    DraftState.COMPOSING: "Being written",
    DraftState.HELD: "Held by a check",
    DraftState.WAITING: "To review",
    DraftState.APPROVED: "Approved",
    DraftState.SCHEDULED: "Scheduled",
    DraftState.DISPATCHING: "Being sent",
    DraftState.DELIVERED: "Sent",
    DraftState.BOUNCED: "Bounced",
    DraftState.UNKNOWN: "Outcome unknown",
    DraftState.REJECTED: "Rejected",
    DraftState.EXPIRED: "Expired",
    DraftState.SUPERSEDED: "Replaced",
    DraftState.SUPPRESSED: "Not sent",
}
_OCCASION_EN = {
    Occasion.THANK_YOU: "Thank-you",
    Occasion.FOLLOW_UP: "How is it?",
    Occasion.REPLENISHMENT: "Running low",
    Occasion.WIN_BACK: "Long time no see",
    Occasion.VIP: "For a special customer",
    Occasion.BIRTHDAY: "Birthday",
    Occasion.REVIEW_REQUEST: "Asking for a review",
    Occasion.SERVICE_RECOVERY: "Apology",
}
_SEGMENT_EN = {
    Segment.NEW: "New",
    Segment.LOYAL: "Loyal",
    Segment.NURTURE: "To nurture",
    Segment.AT_RISK: "At risk",
    Segment.DORMANT: "Dormant",
    Segment.LAPSED_ONCE: "Bought once, long ago",
    Segment.LOW: "Low",
    Segment.NONE: "No purchase",
}
_REASON_EN = {
    "facts": "A fact is wrong",
    "tone": "Not our way of putting it",
    "timing": "Not now",
    "reward": "The reward does not fit",
    "duplicate": "Something like it was just sent",
    "relation": "A customer with a story",
    "law": "Worried about the wording",
    "other": "Something else",
}
_ROLE_EN = {Role.OWNER: "Owner", Role.APPROVER: "Approver", Role.WRITER: "Writer", Role.VIEWER: "Viewer"}
_VERB = {
    Verb.APPROVE: Word("承認", "Approved"),
    Verb.EDIT: Word("手直し", "Edited"),
    Verb.REJECT: Word("却下", "Rejected"),
    Verb.REWRITE: Word("書き直しを依頼", "Asked for a rewrite"),
    Verb.LATER: Word("あとで", "Put off"),
    Verb.NEVER: Word("今後送らない", "Never write again"),
}
_SEVERITY = {
    Severity.BLOCK: Word("要修正", "Must fix"),
    Severity.REVIEW: Word("要確認", "Please check"),
    Severity.NOTE: Word("参考", "Note"),
}
_CHANNEL = {Channel.EMAIL: Word("メール", "E-mail"), Channel.LINE: Word("LINE", "LINE")}
_RANK = {
    "regular": Word("レギュラー", "Regular"),
    "silver": Word("シルバー", "Silver"),
    "vip": Word("VIP", "VIP"),
}

WORDS: dict[str, Word] = {
    # -- everywhere
    "brand": Word("おかえり", "Okaeri"),
    "desk": Word("確認デスク", "Review desk"),
    "skip": Word("本文へ移動", "Skip to content"),
    "language": Word("English", "日本語"),
    "language_label": Word("表示言語を英語に切り替える", "Switch to Japanese"),
    "log_out": Word("ログアウト", "Log out"),
    "logged_in_as": Word("{name}（{role}）", "{name} ({role})"),
    "back": Word("一覧へ戻る", "Back to the queue"),
    "yen": Word("{yen}円", "¥{yen}"),
    "tabs": Word("下書きの状態", "State of drafts"),
    # -- log-in
    "log_in_title": Word("ログイン", "Log in"),
    "log_in_lead": Word(
        "お客さまへのお便りを、送る前に人の目で確かめる場所です。",
        "Where a person reads every message before it reaches a customer.",
    ),
    "user_name": Word("お名前（ユーザー名）", "User name"),
    "password": Word("パスワード", "Password"),
    "log_in": Word("ログインする", "Log in"),
    "log_in_help": Word(
        "パスワードを忘れたときは、オーナーに再設定を頼んでください。",
        "Forgot the password? Ask the owner to set a new one.",
    ),
    "https_needed": Word(
        "このアドレスは暗号化されていないため、ログインできません。"
        "https のアドレス（OKAERI_PUBLIC_URL）か、このパソコン自身の 127.0.0.1 から開いてください。",
        "This address is not encrypted, so logging in is off. Open the https address (OKAERI_PUBLIC_URL), or 127.0.0.1 on this computer.",
    ),
    # -- queue
    "queue_title": Word("お便りの確認", "Messages to review"),
    "queue_lead": Word("承認するまで、一通も送られません。", "Nothing leaves until you approve it."),
    "tab_waiting": Word("確認待ち", "To review"),
    "tab_held": Word("保留", "Held"),
    "tab_scheduled": Word("送信予約", "Scheduled"),
    "tab_sent": Word("送信済み", "Sent"),
    "tab_closed": Word("却下・取りやめ", "Closed"),
    "counts_picture": Word(
        "下書きの内訳: 確認待ち {waiting}、保留 {held}、送信予約 {scheduled}、送信済み {sent}、却下・取りやめ {closed}",
        "Drafts: {waiting} to review, {held} held, {scheduled} scheduled, {sent} sent, {closed} closed",
    ),
    "total": Word("全{count}件", "{count} in all"),
    "do_not_send": Word("送らないことをおすすめ", "Better not to send"),
    "template_mark": Word("定型文", "Template"),
    "model_mark": Word("AI", "AI"),
    "staff_mark": Word("スタッフ", "Staff"),
    "template_mark_title": Word("文例をもとに作った文面です", "Written from a message template"),
    "model_mark_title": Word("言語モデルが書いた文面です", "Written by a language model"),
    "staff_mark_title": Word("スタッフが直した文面です", "Edited by a person"),
    "all_clear": Word("指摘なし", "No findings"),
    "no_text": Word("文面はありません", "No text"),
    "unnamed": Word("お名前のないお客さま", "Customer without a name"),
    "just_now": Word("たった今", "just now"),
    "minutes_ago": Word("{n}分前", "{n} min ago"),
    "hours_ago": Word("{n}時間前", "{n} h ago"),
    "days_ago": Word("{n}日前", "{n} d ago"),
    "expires_in_hours": Word("期限まで{n}時間", "expires in {n} h"),
    "expires_in_days": Word("期限まで{n}日", "expires in {n} d"),
    "expired": Word("期限切れ", "expired"),
    "put_off": Word(
        "「あとで」にした下書きが{count}件あります。時間になると戻ってきます。",
        "{count} put off for later; they come back in time.",
    ),
    "newer": Word("前の{count}件", "Previous {count}"),
    "older": Word("次の{count}件", "Next {count}"),
    "empty_waiting_title": Word("確認待ちはありません", "Nothing to review"),
    "empty_waiting": Word(
        "おつかれさまでした。新しい下書きができると、ここに並びます。",
        "All done. New drafts will appear here.",
    ),
    "empty_how": Word("下書きを作るには", "To make drafts"),
    "empty_step_import": Word("お店の書き出しファイルを取り込む", "Import the shop's export files"),
    "empty_step_draft": Word("お客さまを選んで下書きを作る", "Pick a customer and make a draft"),
    "empty_step_demo": Word("まず見てみたいときは、見本のお店を開く", "Just looking? Open the demo shop"),
    "empty_other": Word("この状態の下書きはありません。", "No drafts in this state."),
    # -- draft page: who and why
    "pane_who": Word("誰に・なぜ", "Who and why"),
    "pane_text": Word("文面", "The message"),
    "pane_findings": Word("検査結果", "Findings"),
    "why_now": Word("今お便りする理由", "Why now"),
    "why_not": Word("送らないほうがよい理由", "Why not to write"),
    "light_ok": Word("お送りできます", "May be written to"),
    "light_no": Word("お送りできません", "Must not be written to"),
    "light_unknown": Word("同意が確認できません", "Consent is unknown"),
    "light_ok_why": Word(
        "{channel}の受け取りに同意されています。", "Has agreed to receive these messages ({channel})."
    ),
    "light_no_why": Word(
        "{channel}の受け取りを望まれていません。", "Has declined these messages ({channel})."
    ),
    "light_unknown_why": Word(
        "{channel}の受け取りについて記録がありません。同意が分かるまで送れません。",
        "No consent is on record ({channel}); nothing can be sent until there is one.",
    ),
    "light_withdrawn": Word(
        "退会された方、または連絡を止めている方です。",
        "A withdrawn member, or somebody we no longer contact.",
    ),
    "light_suppressed": Word(
        "この宛先には配信を止めています（{reason}）。", "This address is stopped ({reason})."
    ),
    "chart": Word("お客さまカルテ", "Customer chart"),
    "chart_missing": Word(
        "このお客さまのカルテは見つかりません。削除されたか、取り込みが取り消された可能性があります。",
        "There is no chart of this customer: deleted, or the import was undone.",
    ),
    "orders": Word("ご注文", "Orders"),
    "orders_count": Word("{n}回", "{n}"),
    "net_revenue": Word("お買い上げ", "Net sales"),
    "last_order": Word("最終のご注文", "Last order"),
    "average_gap": Word("平均の間隔", "Average gap"),
    "days": Word("{n}日", "{n} days"),
    "recency": Word("{n}日前", "{n} days ago"),
    "recency_today": Word("今日", "today"),
    "to_next_rank": Word("あと{yen}円で{rank}", "¥{yen} to {rank}"),
    "favourites": Word("お好み", "Likes"),
    "facts": Word("分かっていること", "What we know"),
    "not_known": Word("不明", "unknown"),
    "source": Word("出典", "Source"),
    "reward": Word("特典", "Reward"),
    "reward_kind_story": Word("お店の話", "A story"),
    "reward_kind_experience": Word("体験へのご招待", "An invitation"),
    "reward_kind_early_access": Word("先行案内", "Early access"),
    "reward_kind_points": Word("ポイント", "Points"),
    "reward_kind_coupon": Word("クーポン", "Coupon"),
    "reward_until": Word("（{day}まで）", "(until {day})"),
    "reward_why": Word("理由", "Why"),
    "no_reward": Word("なし（特典は付けません）", "None"),
    # -- draft page: the text
    "exact_text": Word("この文面が、そのまま届きます", "Exactly this will be sent"),
    "subject": Word("件名", "Subject"),
    "body": Word("本文", "Body"),
    "to": Word("宛先", "To"),
    "from": Word("差出人", "From"),
    "version": Word("第{n}版", "Version {n}"),
    "author_embedded": Word("定型文から作成", "from a template"),
    "author_model": Word("AI（{model}）が作成", "written by AI ({model})"),
    "author_staff": Word("{name}さんが手直し", "edited by {name}"),
    "fallback": Word(
        "AIが使えなかったため、定型文で作りました（{why}）",
        "AI was unavailable, so a template was used ({why})",
    ),
    "evidence": Word("文ごとの根拠", "Evidence by sentence"),
    "evidence_count": Word("根拠{n}件", "Sources: {n}"),
    "evidence_none": Word("根拠なし（あいさつなど）", "No source (a greeting or the like)"),
    "evidence_fact": Word("お客さまの記録", "Customer record"),
    "evidence_passage": Word("お店の資料", "Shop's own text"),
    "evidence_lost": Word("記録が見つかりません", "record not found"),
    "edit_open": Word("文面を直す", "Edit the text"),
    "edit_lead": Word(
        "保存すると検査をやり直し、新しい版として残ります。もとの版も消えません。",
        "Saving runs the checks again and keeps a new version; the old one stays.",
    ),
    "edit_save": Word("保存して検査する", "Save and check"),
    "edit_count": Word("文字", "characters"),
    "older_versions": Word("前の版との違い", "What changed between versions"),
    # -- draft page: findings
    "findings_none": Word("指摘はありません", "Nothing was found"),
    "findings_none_lead": Word(
        "名前・数字・約束・法律・言葉づかいなどを調べました。最後はあなたの目で。",
        "Names, figures, promises, law and tone were checked. The last look is yours.",
    ),
    "finding_in_subject": Word("件名", "in the subject"),
    "preheader": Word("プリヘッダー", "Preheader"),
    "preheader_hint": Word(
        "受信箱で件名のあとに見える一文です（40字まで）。空にすると表示しません。",
        "What an inbox shows after the subject (40 characters). Leave it empty for none.",
    ),
    "preview": Word("届いたときの見え方", "As it arrives"),
    "preview_lead": Word(
        "実際に送る内容から描いています。リンクは押しても開きません。",
        "Drawn from what would really be sent. Links do not open.",
    ),
    "preview_light": Word("明るい画面", "Light screen"),
    "preview_dark": Word("暗い画面", "Dark screen"),
    "preview_alt": Word("通知とトーク一覧では", "In notifications and the list of talks"),
    "preview_picture": Word("（画像）", "(picture)"),
    "finding_in_body": Word("本文", "in the body"),
    "finding_in_preheader": Word("プリヘッダー", "in the preheader"),
    "finding_in_alt_text": Word("代替テキスト", "in the alternative text"),
    "finding_in_buttons": Word("ボタン", "on a button"),
    "suggestion": Word("直し方の例", "Suggestion"),
    "life": Word("これまでの流れ", "History"),
    "decisions": Word("返答の記録", "Decisions"),
    "explain": Word("この文面の作られ方", "How this text was made"),
    "prompt": Word("書き方の指示書", "Prompt"),
    # -- verbs
    "answer": Word("このお便りへの返答", "Your answer"),
    "approve": Word("承認して送信予約", "Approve and schedule"),
    "approve_again": Word("もう一度調べて承認", "Check again and approve"),
    "anyway_lead": Word(
        "おすすめと違う判断です。送る理由をひとこと残してください。",
        "This goes against the advice. Please leave a word on why.",
    ),
    "anyway_reason": Word("送る理由", "Why send it"),
    "approve_hint": Word("{name}へ、{channel}で届きます", "Goes to {name} ({channel})"),
    "approve_blocked": Word("「要修正」を直すと承認できます", "Fix what must be fixed to approve"),
    "approve_no_consent": Word("同意がないため承認できません", "No consent: cannot be approved"),
    "approve_no_text": Word("文面がないため承認できません", "No text to approve"),
    "accept_do_not_send": Word("おすすめどおり送らない", "Agree: do not send"),
    "send_anyway": Word("それでも送る", "Send it anyway"),
    "read_only": Word(
        "閲覧のみの権限です。返答は承認者にお願いしてください。",
        "You may read only; ask an approver to decide.",
    ),
    "writer_only": Word(
        "手直しと書き直しの依頼ができます。承認は承認者にお願いしてください。",
        "You may edit and ask for rewrites; an approver decides.",
    ),
    "already_decided": Word(
        "この下書きは「{state}」です。返答はもう必要ありません。",
        "This draft is “{state}”; nothing more to decide.",
    ),
    "edit": Word("直す", "Edit"),
    "rewrite": Word("書き直しを頼む", "Ask for a rewrite"),
    "rewrite_short": Word("書き直し", "Rewrite"),
    "rewrite_lead": Word("どう直してほしいかを、言葉で書いてください。", "Say in words what should change."),
    "rewrite_words": Word("書き直してほしいこと", "What should change"),
    "rewrite_example": Word(
        "例: もう少し短く。商品の使い方をひとこと添えて。", "e.g. A little shorter, with one tip on using it."
    ),
    "rewrite_send": Word("書き直しを頼む", "Ask for a rewrite"),
    "reject": Word("却下", "Reject"),
    "reject_lead": Word(
        "理由をひとつ選んでください。次の下書きに生かします。", "Choose a reason; it helps the next draft."
    ),
    "reject_send": Word("却下する", "Reject"),
    "later": Word("あとで", "Later"),
    "later_hint": Word("次の朝9時に、もう一度出します", "Comes back next morning at 9:00"),
    "never": Word("今後送らない", "Never again"),
    "never_lead": Word(
        "{name}への配信を、メールもLINEもすべて止めます。この画面からは元に戻せません。",
        "Stops every message to {name}, e-mail and LINE. It cannot be undone here.",
    ),
    "never_confirm": Word(
        "今後いっさいお送りしないことを確認しました", "I confirm that nothing will ever be sent"
    ),
    "never_send": Word("配信を止める", "Stop all messages"),
    "cancel": Word("やめる", "Cancel"),
    # -- after an answer
    "said_first_approval": Word(
        "お一人目の承認を記録しました。もうお一人の承認で送信されます。",
        "First approval recorded. It leaves once a second person approves.",
    ),
    "first_approval": Word(
        "お一人目の承認: {by}さん。別の方がもう一度承認すると送信されます。",
        "First approval by {by}. It leaves once another person approves it too.",
    ),
    "said_approve": Word("承認しました。送信予約に入っています。", "Approved and scheduled."),
    "said_reject": Word("却下しました。", "Rejected."),
    "said_later": Word("あとで、もう一度お出しします。", "It will come back later."),
    "said_never": Word("このお客さまへの配信を止めました。", "Messages to this customer are stopped."),
    "said_edit": Word("保存して、検査をやり直しました。", "Saved and checked again."),
    "said_rewrite": Word(
        "書き直しました。新しい文面をご確認ください。", "Rewritten. Please read the new text."
    ),
    "said_log_out": Word("ログアウトしました。", "You are logged out."),
    "said_next": Word("次の下書きです。", "Here is the next one."),
    "said_see": Word("いまの下書きを見る", "See the one you decided"),
    "unread_text": Word(
        "どの文面を承認するのかが分かりません。この画面を開き直して、もう一度お試しください。",
        "Which text is approved is unclear. Reload this page and try again.",
    ),
    "text_kept": Word("あなたの文面は、下の欄に残してあります。", "Your text is kept in the editor below."),
    "confirm_needed": Word(
        "確認の欄に印を付けてから、もう一度押してください。", "Tick the confirmation box first."
    ),
    "problem_title": Word("できませんでした", "That did not work"),
    # -- error pages
    "error_404_title": Word("見つかりません", "Not found"),
    "error_403_title": Word("この操作はできません", "Not allowed"),
    "error_expired_title": Word("ログインの期限が切れました", "Your log-in has expired"),
    "error_other_title": Word("うまくいきませんでした", "Something went wrong"),
    "error_expired": Word(
        "もう一度ログインしてください。書きかけの文面は、ログインすると下書きの画面に戻ります。戻らないときは、ブラウザーの「戻る」をお使いください。",
        "Please log in again: text you were writing comes back on the draft's page. If it does not, go back in the browser.",
    ),
    "error_csrf": Word(
        "この画面の有効期限が切れたか、別のサイトから送られた操作です。画面を開き直して、もう一度お試しください。",
        "The page is out of date, or the request came from elsewhere. Reload it and try again.",
    ),
    "error_role": Word(
        "この操作をする権限がありません。承認者またはオーナーにお願いしてください。",
        "Your role does not include this. Ask an approver or the owner.",
    ),
    "error_origin": Word(
        "別のサイトから送られた操作のため、受け付けませんでした。",
        "The request came from another site and was refused.",
    ),
}

WORDS |= {
    key: Word(*pair)
    for key, pair in (
        CHART_WORDS | RECORD_WORDS | DESK_WORDS | AUTONOMY_WORDS | RULES_WORDS | TODAY_WORDS
    ).items()
}
WORDS |= {key: Word(*pair) for key, pair in (AUDIT_WORDS | STATUS_WORDS | SETTINGS_WORDS).items()}
WORDS |= {key: Word(*pair) for key, pair in (BULK_WORDS | PEOPLE_WORDS).items()}
WORDS |= {f"state_{state.value}": Word(STATE_JA[state], _STATE_EN[state]) for state in DraftState}
WORDS |= {f"occasion_{one.value}": Word(OCCASION_JA[one], _OCCASION_EN[one]) for one in Occasion}
WORDS |= {f"segment_{one.value}": Word(SEGMENT_JA[one], _SEGMENT_EN[one]) for one in Segment}
WORDS |= {f"reason_{code}": Word(ja, _REASON_EN[code]) for code, ja in REJECT_REASONS.items()}
WORDS |= {f"role_{role.value}": Word(ROLE_JA[role], _ROLE_EN[role]) for role in Role}
WORDS |= {f"verb_{verb.value}": word for verb, word in _VERB.items()}
WORDS |= {f"severity_{severity.value}": word for severity, word in _SEVERITY.items()}
WORDS |= {f"channel_{channel.value}": word for channel, word in _CHANNEL.items()}
WORDS |= {f"rank_{name}": word for name, word in _RANK.items()}


def say(language: Language, key: str, **values: object) -> str:
    """A phrase with its values filled in. Raises KeyError for an unknown phrase: a slip of ours, found by the tests."""
    word = WORDS[key]
    return (word.ja if language == "ja" else word.en).format(**values)
