"""A small marketing agency, from a web form to a happy customer, in thirty days.

    python3 agency.py MODEL        the model is examples/agency/model.json: look at its automations

agency.cpp and agency.c tell the same story and print the same text.
"""
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import kith


def day(number: int, hour: int) -> datetime:
    """kith reads no clock of its own here: we say what time it is. Day 1 is the 2nd of March."""
    return datetime(2026, 3, 1, hour, tzinfo=UTC) + timedelta(days=number)


def deliver(message: kith.OutboxMessage) -> None:
    """kith sends nothing itself: what is to go out lies in the outbox until a host delivers it."""
    mail = message.payload
    print(f"  {message.topic} to {mail['to']}: {mail['subject']}\n    {mail['body']}")


def tick(session: kith.Session, now: datetime) -> None:
    """Carries out what the automations of the model have to do by now."""
    session.tick(now)
    # Leases each message, hands it to our function, acknowledges it. Should we crash in between,
    # the message comes again.
    session.deliver(deliver, now=now)


def capture(session: kith.Session, now: datetime, kind: str, **event: str) -> kith.CaptureResult:
    """Somebody does something: capture finds or creates the person, records it, and says why."""
    with session.transaction(now, cause=event.get("source", "")) as write:
        got = write.capture(kind, **event)
    for reason in ["taken before: nothing changes"] if got.repeated else got.reasons:
        print(f"  {reason}")
    tick(session, now)
    return got


def move(session: kith.Session, now: datetime, deal: str, stage: str, **fields: object) -> None:
    with session.transaction(now) as write:
        moved = write.move(deal, stage, fields)
    print(f"  moved from {moved.from_stage} to {moved.to_stage}")
    tick(session, now)


def print_rows(rows: kith.Rows) -> None:
    print(",".join(column.name for column in rows.columns))
    for row in rows:
        print(",".join(str(value) for value in row))


# The model says what a CRM is made of and what it does by itself. All of it is data.
model = Path(sys.argv[1] if len(sys.argv) > 1 else "model.json")
crm = kith.create(":memory:", model, now=day(0, 9))
office = crm.session()

# Two account managers, and the letter that every enquiry is answered with.
with office.transaction(day(0, 9)) as setup:
    ada = setup.create("user", name="Ada Hill")
    setup.create("user", name="Ben Fox")
    setup.create("template", name="welcome", subject="Thank you, ${r.contact.first_name}",
                 body="${r.owner.name} will call you about: ${r.name}.")
desk = crm.session(actor=ada)  # Ada at work

print("Day 1: a web form comes in")
form = {"id": "form-8812",  # the web server's own name for it
        "kind": "form", "source": "website/contact", "email": "Ann Lee <ann@birch.example>",
        "phone": "+43 660 123 45 67", "company": "Birch & Co", "subject": "New website"}
ann = capture(office, day(1, 9), **form).person
with office.read() as snapshot:
    deal = snapshot.referring(ann, "deal", "contact")[0]

print("Day 1: the web server tells it again")
capture(office, day(1, 10), **form)

print("Day 2: Ada calls")
capture(desk, day(2, 14), "call", phone="+436601234567", direction="outbound",
        subject="Discovery call", body="Ten pages, and a shop by summer.")
move(desk, day(2, 15), deal, "Contacted")

print("Day 3: somebody else writes")
capture(office, day(3, 11), "form", id="form-8813", source="website/contact",
        email="Bob Ray <bob@elm.example>", subject="Spring campaign")

print("Day 5: the proposal goes out")
move(desk, day(5, 10), deal, "Proposal Sent", amount=Decimal("4800.00"))

print("Day 10: Ann says yes")
move(desk, day(10, 16), deal, "Closed Won", close_date=date(2026, 3, 11))

# From here on nobody does anything. The host asks kith when there is work, and ticks.
print("Day 30: the clock has run on")
while (due := office.next_due()) is not None and due <= day(30, 18):
    tick(office, due)
with office.read(day(30, 18)) as now:
    print_rows(now.query("task", select=["due_date", "owner.name", "subject"], order_by="id"))

    print("\nThe story of Ann Lee")
    for item in now.timeline(ann, related=["deal", "task"]):
        who = f", by {item.actor_name}" if item.actor_name else ""
        print(f"  {item.at:%Y-%m-%dT%H:%M:%SZ}  {item.title}{who}")
    print("\nThe pipeline")
    print_rows(now.report("pipeline").rows)
