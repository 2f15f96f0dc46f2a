"""What came of the one call a host makes when a customer does something: `Transaction.capture`."""
from __future__ import annotations

from dataclasses import dataclass

from .values import RecordId


@dataclass(frozen=True, slots=True)
class CaptureResult:
    """Whom an event was about, where it was recorded, and why."""

    repeated: bool  #: an event with this id was captured before; the rest is the first answer
    person: RecordId
    person_created: bool
    account: RecordId | None
    account_created: bool
    deal: RecordId | None  #: the open deal that the activity was put under
    activity: RecordId
    filled: tuple[str, ...]  #: fields of the person that were empty before
    reasons: tuple[str, ...]  #: what was decided and why, a sentence each
