"""The data card: how much of what is there, counted from the files."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from agent.domain.product_class import infer_product_class
from evals.suite.batches import MESSAGES, Case, Split, digest, known_batches, load_batch
from evals.suite.calibrate import read_second_labels
from evals.suite.red_team import read_attacks
from evals.suite.retrieval import read_questions
from evals.suite.verdicts import read_verdicts


def data_card() -> dict[str, Any]:
    """Counts by batch, kind, check, occasion, channel and product class; of attacks, questions, second labels and verdicts.

    Raises BadBatch when the data contradicts itself: counting reads everything.
    """
    batches = {
        name: (split, tuple(load_batch(MESSAGES / name, split))) for name, split in known_batches().items()
    }
    cases = [case for _, found in batches.values() for case in found]
    attacks = read_attacks()
    return {
        "batches": {
            name: {
                "split": split.value,
                "drafts": len(found),
                "contexts": len({case.context.context_id for case in found}),
                "kinds": _counted(case.label.kind.value for case in found),
                "digest": digest(found),
            }
            for name, (split, found) in batches.items()
        },
        "drafts": len(cases),
        "splits": {split.value: sum(case.split is split for case in cases) for split in Split},
        "checks": _counted(check for case in cases for check in case.label.checks),
        "occasions": _counted(case.context.occasion.value for case in cases),
        "channels": _counted(case.context.channel.value for case in cases),
        "product_classes": _counted(_class(case) for case in cases),
        "attacks": sum(not one.benign for one in attacks),
        "benign_look_alikes": sum(one.benign for one in attacks),
        "questions": len(read_questions()),
        "second_labels": len(read_second_labels()),
        "judge_verdicts": len(read_verdicts()),
    }


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))


def _class(case: Case) -> str:
    """Of the first product: what the law's rules look at first."""
    if not case.context.products:
        return "none"
    first = case.context.products[0]
    return str(infer_product_class(first.title, first.facts))
