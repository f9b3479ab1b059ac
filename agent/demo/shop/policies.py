"""The shop's ten written policies, as they stand on its page."""

from importlib.resources import files


def policy_texts() -> dict[str, str]:
    """Markdown by file name, in the order of the names."""
    folder = files(__package__) / "policies"
    found = {source.name: source.read_text(encoding="utf-8") for source in folder.iterdir()}
    return dict(sorted((name, text) for name, text in found.items() if name.endswith(".md")))
