"""Put greeting, written middle, footer and links together: what code says, no model may decide."""

import re
from collections.abc import Sequence

from agent.domain.layout import PREHEADER_CHARACTERS, Button, layout_for
from agent.domain.message import Addressee, MessageContext, Paragraph, ShopIdentity, WrittenMessage
from agent.domain.occasion import Channel, Occasion
from agent.domain.product_class import ALCOHOL, ALCOHOL_NOTICE, infer_product_class

RULE = "-" * 20
OPT_OUT_MAIL = "このようなご案内がご不要なときは、次のページからいつでも配信を停止できます。"
OPT_OUT_LINE = "ご案内がご不要なときは、こちらから停止できます。"


def assemble_message(
    *,
    draft_id: str,
    channel: Channel,
    shop: ShopIdentity,
    customer: Addressee,
    greetable: bool,
    subject: str,
    paragraphs: Sequence[Paragraph],
    preheader: str = "",
    button: Button | None = None,
    quick_replies: tuple[str, ...] = (),
    notices: Sequence[str] = (),
) -> WrittenMessage:
    """The exact text that would leave, and how it is dressed.

    E-mail: greeting line, paragraphs, footer with sender, postal address, contact and opt-out (特定電子メール法 4条).
    LINE: greeting before the first sentence, sender and opt-out in a short signature.
    notices: what the law wants said of the goods (`notices_for`), each a paragraph of its own before footer or signature.
    A customer whose name is missing or damaged is not addressed by name. A button is a paragraph of its own: its label, and
    its address in the next line.
    """
    texts = [p.text.strip() for p in paragraphs]
    layout = layout_for(channel, quick_replies)
    first = preheader_of(texts[0]) if texts else None
    if button:
        texts = [*texts, f"{button.label}\n{button.url}"]
    texts = [*texts, *notices]
    name = greeting(customer) if greetable else ""
    if channel is Channel.EMAIL:
        parts = [name, *texts, mail_footer(shop)] if name else [*texts, mail_footer(shop)]
        body = "\n\n".join(parts) + "\n"
        shown = " ".join(preheader.split()) or first
        return WrittenMessage(draft_id, draft_id, subject.strip(), body, shown, layout)
    if name and texts:
        texts = [f"{name}、{texts[0]}", *texts[1:]]
    body = "\n\n".join([*texts, line_signature(shop)])
    return WrittenMessage(draft_id, draft_id, None, body, None, layout)


def notices_for(context: MessageContext) -> tuple[str, ...]:
    """The notice on drinking where a product of the message is alcohol; an apology offers nothing and carries none."""
    if context.occasion is Occasion.SERVICE_RECOVERY:
        return ()
    kinds = {infer_product_class(product.title, product.facts) for product in context.products}
    return (ALCOHOL_NOTICE,) if ALCOHOL in kinds else ()


def preheader_of(paragraph: str) -> str | None:
    """The paragraph's first sentence where an inbox can show all of it; else None: the inbox shows the text's own beginning."""
    sentence = _SENTENCE.match(paragraph.strip())
    said = " ".join(sentence.group().split()) if sentence else ""
    return said if said and len(said) <= PREHEADER_CHARACTERS else None


_SENTENCE = re.compile(r".+?(?:[。！？!?]|$)", re.DOTALL)


def greeting(customer: Addressee) -> str:
    """石田さま: the family name as recorded, or the given name when there is no other; empty without either."""
    name = customer.family_name.strip() or customer.given_name.strip()
    if not name:
        return ""
    return name + ("さま" if customer.honorific in ("様", "さま", "") else customer.honorific)


def mail_footer(shop: ShopIdentity) -> str:
    """Sender, postal address, contact and opt-out. What is not configured is left out: the gate then holds the draft."""
    sender = shop.sender_name
    if shop.name and shop.name not in sender:
        sender = f"{shop.name}　{sender}".strip("　")
    lines = [
        RULE,
        sender,
        f"住所: {shop.address}" if shop.address else "",
        f"お問い合わせ: {shop.contact}" if shop.contact else "",
        OPT_OUT_MAIL,
        shop.unsubscribe_url,
    ]
    return "\n".join(line for line in lines if line)


def line_signature(shop: ShopIdentity) -> str:
    """Who writes, and how to stop it."""
    lines = [shop.sender_name or shop.name, OPT_OUT_LINE, shop.unsubscribe_url]
    return "\n".join(line for line in lines if line)
