"""What approving several drafts at once says, in Japanese and in English."""

BULK_WORDS: dict[str, tuple[str, str]] = {
    "bulk_title": ("まとめて承認", "Approve several at once"),
    "bulk_lead": (
        "検査の指摘がひとつもない下書きだけが並びます。お詫び・特別なお客さまへのお便りは、一通ずつ承認します。",
        "Only drafts without a single finding. Apologies and messages to special customers are approved one by one.",
    ),
    "bulk_every": ("すべての用件", "Every occasion"),
    "bulk_pick": ("承認するお便り", "Messages to approve"),
    "bulk_open": ("文面を見る", "Read the text"),
    "bulk_next": ("次へ（見本を確かめる）", "Next: read a sample"),
    "bulk_most": ("古いものから{n}件まで並べています。", "The oldest {n} are listed."),
    "bulk_none_title": ("まとめて承認できる下書きはありません", "Nothing to approve together"),
    "bulk_none": (
        "指摘のある下書きは、確認の一覧から一通ずつご覧ください。",
        "Drafts with findings are read one by one in the queue.",
    ),
    "bulk_sure": ("{n}件をまとめて承認します", "Approve {n} message(s)"),
    "bulk_sure_lead": (
        "下の{n}名の方へ、それぞれの文面が届きます。まず見本をひとつ、お読みください。",
        "Each of the {n} people below gets their own text. Read one sample first.",
    ),
    "bulk_recipients": ("宛先（{n}名）", "Recipients ({n})"),
    "bulk_sample": ("見本: {name}へのお便り", "Sample: the message to {name}"),
    "bulk_sample_open": ("見本の文面を開く", "Open the sample"),
    "bulk_sample_first": (
        "{name}へのお便りを開いて読むと、承認できるようになります。",
        "Approving opens up once you have opened the message to {name}.",
    ),
    "bulk_sample_gone": (
        "見本の下書きは、いま読めません。選び直してください。",
        "The sample can no longer be read. Please choose again.",
    ),
    "bulk_go": ("{n}件を承認して送信予約", "Approve and schedule {n}"),
    "bulk_again": ("選び直す", "Choose again"),
    "bulk_done": ("{n}件を承認しました", "{n} approved"),
    "bulk_done_none": ("承認できたお便りはありません", "Nothing was approved"),
    "bulk_refused": ("{n}件は承認できませんでした", "{n} could not be approved"),
    "bulk_ok": ("承認しました", "Approved"),
    "bulk_taken_back": ("取り消しました", "Taken back"),
    "bulk_too_late": ("取り消せませんでした（送信が始まっています）", "Too late: sending has started"),
    "bulk_undo": ("{n}件すべてを取り消す", "Undo all {n}"),
    "bulk_undone": ("{n}件の承認を取り消しました。", "{n} approval(s) undone."),
    "bulk_back": ("確認の一覧へ", "To the queue"),
}
