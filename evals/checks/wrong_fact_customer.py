"""Find dates, counts, lengths of time, purchases, birthdays, tastes and reports that differ from the customer's facts."""

from collections.abc import Iterator

from agent.domain.finding import Finding
from evals.checks import (
    customer_bare_days,
    customer_birthdays,
    customer_counts,
    customer_dates,
    customer_events,
    customer_first_season,
    customer_households,
    customer_lengths,
    customer_product_counts,
    customer_purchases,
    customer_retold,
    customer_statements,
    customer_tastes,
    customer_topics,
    customer_words,
    finished_acts,
)
from evals.checks.reading import Reading

CHECK = "wrong_fact_customer"


def find(reading: Reading) -> Iterator[Finding]:
    """What the draft says of this customer and the facts do not."""
    for part in (
        customer_dates.find_dates,
        customer_events.find_event_days,
        customer_first_season.find_first_season,
        customer_bare_days.find_bare_days,
        customer_lengths.find_lengths,
        customer_birthdays.find_birthdays,
        customer_counts.find_counts,
        customer_product_counts.find_product_counts,
        customer_product_counts.find_part_counts,
        customer_households.find_households,
        customer_purchases.find_purchases,
        customer_retold.find_retold,
        customer_statements.find_statements,
        customer_statements.find_unknown_nouns,
        customer_statements.find_called_names,
        customer_tastes.find_turned_tastes,
        customer_topics.find_topics,
        customer_words.find_words,
        finished_acts.find_finished_acts,
    ):
        yield from part(reading, CHECK)
