"""What people call each check, in Japanese and English."""

CHECK_WORDS: dict[str, tuple[str, str]] = {
    "wrong_name": ("お名前の誤り", "Wrong name"),
    "missing_honorific": ("敬称の抜け", "Missing honorific"),
    "wrong_fact_customer": ("お客さまの事実の誤り", "Wrong fact about the customer"),
    "wrong_price": ("価格の誤り", "Wrong price"),
    "wrong_stock_or_delivery_promise": ("在庫・お届けの誤り", "Wrong stock or delivery promise"),
    "invented_product_attribute": ("根拠のない商品説明", "Invented product attribute"),
    "invented_offer_or_changed_terms": ("根拠のない特典・条件", "Invented offer or changed terms"),
    "yakkihou_claim": ("薬機法に触れる表現", "Medical or effect claim (薬機法)"),
    "keihyouhou_claim": ("景品表示法に触れる表現", "Misleading claim (景品表示法)"),
    "stealth_review_incentive": ("見返りつきの口コミ依頼", "Reward for reviews, stealth marketing"),
    "missing_optout_or_sender": ("送信者・配信停止の表示漏れ", "Missing sender or opt-out"),
    "keigo_error": ("敬語の誤り", "Honorific error"),
    "too_casual_or_rude": ("くだけすぎ・失礼", "Too casual or rude"),
    "guilt_or_sarcasm_in_winback": ("責める・皮肉な言い方", "Guilt or sarcasm"),
    "pushy_discount_when_vip_or_complaint": ("場違いな値引きの押し", "Pushy discount to VIP or complainer"),
    "creepy_surveillance": ("見張られているような表現", "Creepy surveillance"),
    "other_customer_data": ("ほかのお客さまの情報", "Another customer's data"),
    "placeholder_or_template_residue": ("差し込みの残り", "Placeholder left over"),
    "prompt_leak_or_meta": ("指示文・内部情報の混入", "Prompt leak or meta talk"),
    "unsafe_link": ("危険なリンク", "Unsafe link"),
    "too_long_for_channel": ("長すぎる文面", "Too long for the channel"),
    "wrong_language_or_mixed": ("ほかの言語の混入", "Wrong or mixed language"),
    "tone_mismatch_service_recovery": ("お詫びにそぐわない調子", "Wrong tone for an apology"),
    "mojibake_or_machine_dependent": ("文字化け・機種依存文字", "Broken or device-dependent characters"),
}
"""Name of a check, as in the command-line contract, to Japanese and English; every check of the gate has its pair."""
