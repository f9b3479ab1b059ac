"""Make and read the opaque addresses behind 「配信停止」: they name recipient and channel, and only we can make or read them.

New ones are short, since a LINE message shows them whole: 120 bits of HMAC-SHA256 over recipient and channel, kept beside whom
they name, found by key and proven again when read. Those of older messages name their recipient themselves and are read for
ever. Their token is deterministic authenticated encryption from stdlib HMAC-SHA256 in the SIV arrangement: a 16-byte tag over the plain
text is also the nonce of the key stream, so the same recipient always gets the same address, and a changed byte is noticed.
A mail address in clear would end up in the logs of every proxy on the way.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets

from agent.domain.errors import NotFound
from agent.domain.occasion import Channel
from agent.domain.opt_out import TOKEN_CHARACTERS, OptOut
from agent.ports import UnitsOfWork

SECRET_NAME = "unsubscribe_secret"  # noqa: S105 - a name, not a secret
_TAG = 16
_WRITTEN = str.maketrans("ont", "wyz")
"""Base 32 (mail programs that lower-case addresses do no harm) without o, n, t and x: a random token must never spell tbd, null
or xxx, which the gate rightly takes for residue of a template."""
_READ = str.maketrans("wyzont", "ont???")


def unsubscribe_secret(units: UnitsOfWork) -> bytes:
    """The shop's 32-byte secret for these addresses, made at first use and kept; safe when two processes start at once."""
    with units() as work:
        kept = work.kept.put_once(SECRET_NAME, {"hex": secrets.token_hex(32)})
        work.commit()
    return bytes.fromhex(str(kept["hex"]))


def short_unsubscribe_url(
    secret: bytes, *, base_url: str, customer_id: str, channel: Channel, recipient: str
) -> str:
    """The opt-out address of one recipient on one channel, the same every time: `{base_url}/u/{24 characters}`.

    It can be read once a draft that carries it is stored.
    """
    return f"{base_url.rstrip('/')}/u/{_short(secret, OptOut(customer_id, channel, recipient))}"


def read_opt_out(units: UnitsOfWork, token: str) -> OptOut:
    """Who a token names, short or long. Raises NotFound for anything we did not make."""
    secret = unsubscribe_secret(units)
    if len(token) != TOKEN_CHARACTERS:
        return read_token(secret, token)
    with units(read_only=True) as unit:
        named = unit.opt_outs.find(token.lower())
    if named is None or not hmac.compare_digest(_short(secret, named), token.lower()):
        raise _unknown()
    return named


def unsubscribe_url(
    secret: bytes, *, base_url: str, customer_id: str, channel: Channel, recipient: str
) -> str:
    """The long opt-out address of one recipient on one channel, which needs no store: `{base_url}/u/{token}`."""
    plain = _plain(OptOut(customer_id, channel, recipient))
    tag = _tag(secret, plain)
    return f"{base_url.rstrip('/')}/u/{_letters(tag + _cipher(secret, tag, plain))}"


def read_token(secret: bytes, token: str) -> OptOut:
    """Who a long token names. Raises NotFound for anything we did not make, whatever is wrong with it."""
    try:
        written = token.lower().translate(_READ).upper()
        raw = base64.b32hexdecode(written + "=" * (-len(written) % 8))
        tag, sealed = raw[:_TAG], raw[_TAG:]
        plain = _cipher(secret, tag, sealed)
        if not hmac.compare_digest(tag, _tag(secret, plain)):
            raise _unknown()
        customer_id, channel, recipient = json.loads(plain)
        return OptOut(str(customer_id), Channel(channel), str(recipient))
    except (binascii.Error, ValueError) as error:
        raise _unknown() from error


def _plain(named: OptOut) -> bytes:
    return json.dumps([named.customer_id, named.channel.value, named.recipient], ensure_ascii=False).encode()


def _letters(made: bytes) -> str:
    return base64.b32hexencode(made).rstrip(b"=").decode().lower().translate(_WRITTEN)


def _short(secret: bytes, named: OptOut) -> str:
    made = hmac.digest(secret, b"short" + _plain(named), hashlib.sha256)
    return _letters(made[: TOKEN_CHARACTERS * 5 // 8])


def _unknown() -> NotFound:
    return NotFound(
        "unknown opt-out token",
        ja="この配信停止のアドレスは確認できませんでした。お届けした文面にあるアドレスをそのままお開きください。",
    )


def _tag(secret: bytes, plain: bytes) -> bytes:
    return hmac.digest(secret, b"tag" + plain, hashlib.sha256)[:_TAG]


def _cipher(secret: bytes, tag: bytes, text: bytes) -> bytes:
    """Exclusive-or with a key stream: HMAC of the tag and a counter. The same call enciphers and deciphers."""
    blocks = -(-len(text) // 32)
    stream = b"".join(
        hmac.digest(secret, b"stream" + tag + i.to_bytes(4), hashlib.sha256) for i in range(blocks)
    )
    return bytes(a ^ b for a, b in zip(text, stream, strict=False))
