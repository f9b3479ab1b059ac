"""What the page of the day says, in Japanese and in English."""

TODAY_WORDS: dict[str, tuple[str, str]] = {
    "places_more": ("その他", "More"),
    "place_queue": ("お便りの確認", "Review"),
    "today_title": ("本日", "Today"),
    "today_lead": (
        "まずここから。今日いちばん大切なお便りと、気をつけることをまとめました。",
        "Start here: the messages that matter most today, and what needs care.",
    ),
    # -- what needs care
    "today_alarms": ("気をつけること", "Needs care"),
    "alarm_calm": ("いま急ぎの用事はありません。", "Nothing urgent right now."),
    "alarm_sorry": (
        "お詫びのお便りが{n}件、返答を待っています。いちばん先にご覧ください。",
        "{n} apology draft(s) are waiting. Please look at them first.",
    ),
    "alarm_soon": (
        "24時間以内に期限が切れる下書きが{n}件あります。",
        "{n} draft(s) expire within 24 hours.",
    ),
    "alarm_failed": (
        "届かなかった、または結果が分からないお便りが{n}件あります（昨日から）。",
        "{n} message(s) did not arrive, or the outcome is unknown (since yesterday).",
    ),
    "alarm_failed_more": ("{n}件以上", "{n} or more"),
    "alarm_retrying": (
        "送信先の不調で、送り直しを待っているお便りが{n}件あります。自動で送り直します。",
        "{n} message(s) wait for another try after a fault; it happens by itself.",
    ),
    "alarm_over": (
        "返答がないまま、今日期限が切れた下書きが{n}件あります。",
        "{n} draft(s) expired today without an answer.",
    ),
    "alarm_quota": (
        "今月のLINEは残り{n}通です。なくなると、来月まで送れません。",
        "{n} LINE messages are left this month; then nothing leaves until next month.",
    ),
    "alarm_money": (
        "AIの費用が今日の上限に届きました。明日までは定型文で作るか、待ちます。",
        "Today's cap for AI is reached. Until tomorrow, templates step in or drafts wait.",
    ),
    "alarm_open": ("見る", "Open"),
    # -- the five
    "today_best": ("いま返答する値打ちが高いお便り", "Most worth your time now"),
    "today_best_lead": (
        "お客さまのこれからのお買い上げの見込みと、期限の近さで選んでいます。",
        "Chosen by what the customer is expected to bring, and by how soon the draft expires.",
    ),
    "today_best_lead_paid": (
        "これまでのお買い上げと、期限の近さで選んでいます（見込みは、まだ計算していません）。",
        "Chosen by past sales and by how soon the draft expires (nobody has computed expectations yet).",
    ),
    "worth_expected": (
        "これから1年で、約{yen}円のお買い上げが見込まれる方です。",
        "Expected to bring about ¥{yen} within a year.",
    ),
    "worth_paid": ("これまでに{n}回、{yen}円お買い上げの方です。", "{n} order(s) so far, ¥{yen}."),
    "worth_soon": ("{left}。先にお決めください。", "{left}: decide this one first."),
    "today_none": ("返答を待つお便りはありません。", "No draft is waiting."),
    "today_none_how": (
        "新しい下書きができると、ここに大切な順で5件まで並びます。",
        "New drafts appear here, the most valuable five first.",
    ),
    "today_all": ("確認待ちをすべて見る（{n}件）", "See everything to review ({n})"),
    "today_bulk": ("まとめて承認する", "Approve several at once"),
    # -- the figures
    "today_waiting": ("返答待ち", "Waiting"),
    "today_waiting_none": ("ありません", "None"),
    "today_held": ("保留の理由", "Why drafts are held"),
    "today_held_none": ("保留の下書きはありません。", "Nothing is held."),
    "today_held_newest": ("新しい{n}件について", "Of the newest {n}"),
    "today_left": ("今日送ったお便り", "Sent today"),
    "today_left_none": ("今日は、まだ送っていません。", "Nothing was sent today yet."),
    "today_scheduled": ("送信を待っている: {n}件", "Waiting to leave: {n}"),
    "today_quota": ("LINEの残り（今月）", "LINE left this month"),
    "today_quota_left": (
        "あと{left}通（{quota}通のうち{used}通を使用）",
        "{left} left ({used} of {quota} used)",
    ),
    "today_quota_used": ("今月は{used}通", "{used} this month"),
    "today_quota_unset": (
        "上限を OKAERI_LINE_MONTHLY_QUOTA に書くと、残りが分かります。",
        "Set OKAERI_LINE_MONTHLY_QUOTA to see what is left.",
    ),
    "today_money": ("今日のAIの費用", "AI cost today"),
    "today_money_spent": ("{yen}円", "¥{yen}"),
    "today_money_of": ("{yen}円（上限 {cap}円）", "¥{yen} (cap ¥{cap})"),
    "today_money_uncapped": ("1日の上限は決めていません。", "No daily cap is set."),
    "today_money_calls": ("{n}回", "{n} calls"),
    "count_items": ("{n}件", "{n}"),
}
