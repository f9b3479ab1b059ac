"""The evaluation set's letters as the embedded writer writes them: what a rule is tried on when no draft waits."""

from agent.chains.embedded import write_embedded
from agent.service.assemble_message import assemble_message, notices_for
from agent.service.rule_effect import TrialText
from evals.suite.situations import situations


def trial_letters() -> list[TrialText]:
    """One letter for every prepared situation: shops, occasions and channels of `evals/suite/data/letters`."""
    return [
        TrialText(
            situation.id,
            situation.context,
            assemble_message(
                draft_id=situation.id,
                channel=situation.context.channel,
                shop=situation.context.shop,
                customer=situation.context.customer,
                greetable=situation.chart.greetable,
                subject=letter.subject,
                paragraphs=letter.paragraphs,
                notices=notices_for(situation.context),
            ),
        )
        for situation in situations()
        if (letter := write_embedded(situation.gathered.material))
    ]
