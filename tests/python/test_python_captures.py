"""Capture: what a customer did becomes a person and an activity, and says why."""
import threading
from datetime import timedelta

import kith
import pytest
from python_samples import NOW


def test_a_capture_makes_the_person_and_the_activity(crm: kith.Database) -> None:
    with crm.transaction() as t:
        done = t.capture(
            "form", id="form-8812", source="website/contact", email="Ann Lee <Ann@Example.org>",
            company="Acme", subject="Please call me", body="About a new website",
            at=NOW - timedelta(minutes=5), activity_fields={"location": "Vienna"},
            person_fields={"job_title": "CTO"}, data={"page": "/contact", "scores": [1, 2]})
        assert t.get(done.person)["job_title"] == "CTO"
    assert (done.repeated, done.person_created, done.account_created) == (False, True, False)
    assert (done.person, done.account) == ("contact:1", "account:1")
    assert isinstance(done.person, kith.RecordId)
    assert done.reasons and all(isinstance(reason, str) for reason in done.reasons)
    person, activity = crm.get(done.person), crm.get(done.activity)
    assert (person["name"], person["account"]) == ("Ann Lee", "account:1")
    assert person["email"].lower() == "ann@example.org"
    assert (activity["kind"], activity["subject"]) == ("form", "Please call me")
    assert (activity["body"], activity["location"]) == ("About a new website", "Vienna")
    assert (activity["contact"], activity["direction"]) == (done.person, "inbound")
    assert activity["starts_at"] == NOW - timedelta(minutes=5)
    assert activity["source"] == "website/contact"


def test_the_same_event_again_changes_nothing(crm: kith.Database) -> None:
    with crm.transaction() as t:
        first = t.capture("form", id="form-1", email="ann@example.org")
    sequence = crm.info().last_sequence
    with crm.transaction() as t:
        again = t.capture("form", id="form-1", email="ann@example.org")
    assert (first.repeated, again.repeated) == (False, True)
    assert (again.person, again.activity) == (first.person, first.activity)
    assert crm.info().last_sequence == sequence


def test_a_known_person_keeps_what_is_there(crm: kith.Database) -> None:
    with crm.transaction() as t:
        ann = t.create("contact", name="Ann Lee", email="ann@example.org", job_title="CEO")
        done = t.capture("call", email="ANN@example.org", phone="+43 1 5550100", name="A. Lee",
                         person_fields={"job_title": "CTO"}, direction="outbound")
        person = t.get(ann)
    assert (done.person, done.person_created) == (ann, False)
    assert (person["name"], person["job_title"]) == ("Ann Lee", "CEO")
    assert person["phone"]
    assert done.filled == ("phone",)
    assert crm.get(done.activity)["direction"] == "outbound"


def test_records_that_the_host_knows(crm: kith.Database) -> None:
    with crm.transaction() as t:
        ann = t.create("contact", name="Ann Lee")
        done = t.capture("meeting", person=ann, deal="deal:1", subject="Kick-off")
        assert (done.person, done.deal) == (ann, "deal:1")
        assert t.get(done.activity)["deal"] == "deal:1"
        with pytest.raises(kith.Error):
            t.capture("meeting", person="contact:99", subject="Nobody")
        with pytest.raises(kith.Error, match="deal"):
            t.capture("meeting", person=ann, deal="nonsense")


def test_a_bad_capture_leaves_the_transaction_as_it_was(crm: kith.Database) -> None:
    with crm.transaction() as t:
        with pytest.raises(kith.Error):
            t.capture("carrier_pigeon", email="ann@example.org")
        with pytest.raises(kith.Error):
            t.capture("form")  # nobody did it
        with pytest.raises(kith.InvalidArgument, match="time zone"):
            t.capture("form", email="a@b.org", at=NOW.replace(tzinfo=None))
        with pytest.raises(TypeError, match="email of a capture is a str"):
            t.capture("form", email=7)  # type: ignore[arg-type]
        assert t.committed_sequence == 0
    assert len(crm.query("contact")) == len(crm.query("activity")) == 0


def test_a_capture_belongs_to_the_transactions_thread(crm: kith.Database) -> None:
    raised: list[kith.Error] = []

    def work(t: kith.Transaction) -> None:
        try:
            t.capture("form", email="ann@example.org")
        except kith.Error as error:
            raised.append(error)

    with crm.transaction() as t:
        thread = threading.Thread(target=work, args=(t,))
        thread.start()
        thread.join(30)
    assert [type(error) for error in raised] == [kith.WrongThread]
