"""`okaeri eval data`: how many labelled messages there are."""

from agent.cli.eval_options import the_extra
from agent.cli.output import AsJson, document, say, table


def data_card(as_json: AsJson = False) -> None:
    """Count the labelled data: batches, splits, kinds, checks, attacks, second labels."""
    with the_extra(as_json=as_json):
        from evals.suite.card import data_card as count

        card = count()
        if as_json:
            document(card)
            return
        table(
            f"ラベル付きの文面（{card['drafts']}通、合成データ）",
            ("バッチ", "スプリット", "文面", "状況", "欠陥", "問題なし", "紛らわしいが正しい"),
            [
                (
                    name,
                    batch["split"],
                    batch["drafts"],
                    batch["contexts"],
                    *(batch["kinds"].get(kind, 0) for kind in ("defect", "clean", "hard_negative")),
                )
                for name, batch in card["batches"].items()
            ],
        )
        table("検査ごとの欠陥", ("検査", "通"), list(card["checks"].items()))
        say(
            f"攻撃 {card['attacks']}、似た無害な文 {card['benign_look_alikes']}、検索の質問 {card['questions']}、"
            f"2回目のラベル {card['second_labels']}、記録した判定 {card['judge_verdicts']}"
        )
