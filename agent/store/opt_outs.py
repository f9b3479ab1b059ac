"""Short opt-out addresses in the database."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from agent.domain.draft import Draft
from agent.domain.occasion import Channel
from agent.domain.opt_out import OptOut, short_token_of
from agent.store.tables import OptOutLinkRow


class SqlOptOutLinks:
    """`agent.ports.OptOutLinks` on SQLAlchemy."""

    def __init__(self, session: Session, shop_id: str) -> None:
        self._session, self._shop = session, shop_id

    def keep(self, token: str, named: OptOut) -> None:
        """Remember whom a token names; safe when two drafts of one customer are stored at once."""
        if self.find(token) is not None:
            return
        row = OptOutLinkRow(
            shop_id=self._shop,
            token=token,
            customer_id=named.customer_id,
            channel=named.channel.value,
            recipient=named.recipient,
        )
        try:
            with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:
            return  # kept by another draft a moment ago

    def keep_of(self, draft: Draft) -> None:
        """Remember whom the opt-out address of a draft names."""
        token = short_token_of(draft.context.shop.unsubscribe_url) if draft.context else None
        if token is not None:
            self.keep(token, OptOut(draft.customer_id, draft.channel, draft.recipient))

    def find(self, token: str) -> OptOut | None:
        """Whom a token names, by its key; None when it was never kept."""
        row = self._session.get(OptOutLinkRow, (self._shop, token))
        return OptOut(row.customer_id, Channel(row.channel), row.recipient) if row else None
