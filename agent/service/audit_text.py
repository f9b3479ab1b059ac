"""What the audit log says of a text: its digest before and after, who or what wrote it, and the ids of what it rests on.

Only ids and digests, never a word of the letter or of the customer: the log outlives an erasure.
"""

from agent.domain.draft import Draft, DraftVersion


def text_sealed(draft: Draft, *, before: Draft | None = None) -> dict[str, object]:
    """A draft's newest text for an audit entry.

    Returns version, digest, writer (`model:NAME`, `embedded`, `staff:NAME`), model, prompt (name, version, digest) and evidence
    (ids of facts and passages); `digest_before` when there was a text before. Empty without any text.
    """
    sealed = _sealed(draft, draft.version) if draft.version else {}
    if before is not None and before.version is not None:
        sealed["digest_before"] = _digest(before, before.version)
    return sealed


def version_sealed(draft: Draft, version: DraftVersion) -> dict[str, object]:
    """A text that is about to become the draft's newest, after the one the draft has now."""
    sealed = _sealed(draft, version)
    if draft.version is not None:
        sealed["digest_before"] = _digest(draft, draft.version)
    return sealed


def _sealed(draft: Draft, version: DraftVersion) -> dict[str, object]:
    prompt = version.prompt
    return {
        "version": version.number,
        "digest": _digest(draft, version),
        "writer": version.author,
        "model": version.author.removeprefix("model:") if version.author.startswith("model:") else None,
        "prompt": {"name": prompt.name, "version": prompt.version, "digest": prompt.digest}
        if prompt
        else None,
        "evidence": {
            "facts": sorted(version.evidence_facts),
            "passages": sorted(passage.passage_id for passage in version.evidence_passages),
        },
    }


def _digest(draft: Draft, version: DraftVersion) -> str:
    return version.digest(channel=draft.channel, recipient=draft.recipient)
