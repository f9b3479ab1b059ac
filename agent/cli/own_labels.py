"""Write what people decided as a labelled set, in the files the evaluation suite reads."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from agent.domain.label import ABOUT_THE_TEXT, Outcome
from agent.ports import LabelledText
from agent.store.draft_documents import context_document


def write_labels(folder: Path, texts: Iterable[LabelledText]) -> int:
    """contexts, drafts and labels in the shape of `okaeri check` and the evaluation suite. Returns how many labels.

    A draft approved as it was is `clean`; one that was edited, rewritten or rejected for the text is a `defect` without a
    named check (nobody said which), with the reject code; other rejections are left out.
    """
    rows: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = []
    for text in texts:
        label = text.label
        if label.outcome is Outcome.NEVER or (
            label.outcome is Outcome.REJECTED and label.reason not in ABOUT_THE_TEXT
        ):
            continue
        context = context_document(text.context) | {"context_id": label.draft_id}
        draft = {
            "draft_id": label.draft_id,
            "context_id": label.draft_id,
            "subject": text.first.subject,
            "body": text.first.body,
        }
        said: dict[str, Any] = {
            "draft_id": label.draft_id,
            "kind": "clean" if label.outcome is Outcome.AS_IS else "defect",
            "checks": list(label.fired) if label.outcome is not Outcome.AS_IS else [],
            "also_ok": [],
            "quotes": [],
            "why": label.reason or label.outcome.value,
            "decided_at": label.decided_at.isoformat(),
        }
        if text.approved is not None and label.outcome is not Outcome.AS_IS:
            said["approved"] = {"subject": text.approved.subject, "body": text.approved.body}
        rows.append((context, draft, said))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    for position, name in enumerate(("contexts", "drafts", "labels")):
        written = "".join(json.dumps(row[position], ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(written, encoding="utf-8")
    return len(rows)
