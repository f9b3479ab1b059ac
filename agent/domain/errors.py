"""What can go wrong, by who has to act: the machine, a person, the operator, or nobody (policy)."""


class OkaeriError(Exception):
    """Base of all our errors. `str()` is plain English for logs; `ja` is what staff read and what to do next."""

    def __init__(self, message: str, *, ja: str = "") -> None:
        super().__init__(message)
        self.ja = ja or message


class CallerMistake(OkaeriError):
    """The call itself was wrong (unknown id, bad argument). The command line exits with 2; HTTP answers 4xx."""


class NotFound(CallerMistake):
    """What was asked for does not exist in this shop."""


class PolicyRefusal(OkaeriError):
    """A rule of the shop or the law says no, for good. Shown with its reason; never retried."""


class OperatorMustFix(OkaeriError):
    """A setting is missing or wrong."""


class MachineRetries(OkaeriError):
    """A passing fault (network, busy peer, rate limit): the same call may succeed later."""


class StaleVersion(CallerMistake):
    """Somebody else changed the draft since the caller looked; nothing was written."""
