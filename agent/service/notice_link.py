"""The signed address in a notice: names a draft and a last moment, opens nothing by itself."""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from datetime import UTC, datetime

from agent.domain.errors import NotFound
from agent.ports import UnitsOfWork

SECRET_NAME = "notice_secret"  # noqa: S105 - a name, not a secret
_TAG = 16


def notice_secret(units: UnitsOfWork) -> bytes:
    """The shop's 32-byte secret for these addresses, made at first use and kept."""
    with units() as work:
        kept = work.kept.put_once(SECRET_NAME, {"hex": secrets.token_hex(32)})
        work.commit()
    return bytes.fromhex(str(kept["hex"]))


def notice_token(secret: bytes, draft_id: str, *, until: datetime) -> str:
    """The same token for the same draft and moment, at every try."""
    plain = json.dumps([draft_id, int(until.timestamp())]).encode()
    return base64.urlsafe_b64encode(_tag(secret, plain) + plain).rstrip(b"=").decode()


def read_notice_token(secret: bytes, token: str) -> tuple[str, datetime]:
    """The draft and the last moment. Raises NotFound for anything we did not make."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        tag, plain = raw[:_TAG], raw[_TAG:]
        if hmac.compare_digest(tag, _tag(secret, plain)):
            draft_id, until = json.loads(plain)
            return str(draft_id), datetime.fromtimestamp(until, UTC)
    except (binascii.Error, ValueError):
        pass
    raise NotFound("unknown notice link", ja="このリンクは確認できません。")


def _tag(secret: bytes, plain: bytes) -> bytes:
    return hmac.digest(secret, b"notice" + plain, hashlib.sha256)[:_TAG]
