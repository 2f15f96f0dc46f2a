"""Moves, intake, rules, outbox, timeline and tasks, as a person at the command line meets them."""
import json

from command import NOW, CommandTest

RULES = {
    "kith_model": 1, "name": "shop",
    "entities": {
        "contact": {"title": "name", "fields": {"name": {"type": "text"}}},
        "task": {"title": "subject", "fields": {
            "subject": {"type": "text"},
            "status": {"type": "choice", "options": ["open", "done", "canceled"]},
            "due_date": {"type": "date"},
            "contact": {"type": "reference", "to": "contact", "on_delete": "clear"}}}},
    "automations": {
        "welcome": {"entity": "contact", "on": "created", "when": "r.name != 'Nobody'", "steps": [
            {"send": {"topic": "email", "to": "'you'", "subject": "Hello ${r.name}"}},
            {"wait": "3d"},
            {"create": {"entity": "task", "set": {"subject": "'Call ' + r.name",
                                                  "contact": "r.id", "status": "'open'"}}}]},
        "paid": {"entity": "contact", "on": "event", "event": "payment.received",
                 "when": "event.sum > 3", "steps": [{"set": {"name": "r.name + '!'"}}]}},
}


class Outbox(CommandTest):
    def setUp(self) -> None:
        super().setUp()
        self.crm()

    def send(self, *members: str) -> str:
        return self.ok("outbox", "crm", "send", "topic=email", *members, *NOW).out.strip()

    def outbox(self, *options: str) -> list:
        return self.ok("outbox", "crm", *options, "-f", "json", *NOW).json()

    def test_a_message_is_leased_and_acknowledged(self) -> None:
        self.assertEqual(self.send("payload.to=ann", "payload.n:=2", "record=deal:1"), "1")
        [message] = self.outbox()
        self.assertEqual((message["payload"], message["record"], message["state"]),
                         ({"to": "ann", "n": 2}, "deal:1", "pending"))
        [leased] = self.outbox("lease", "--limit", "5", "--ttl", "5m")
        self.assertEqual((leased["state"], leased["attempts"]), ("leased", 1))
        self.assertEqual(leased["not_before"], "2026-03-01T09:05:00Z")
        self.assertEqual(self.outbox("lease"), [])
        token = str(leased["token"])
        self.refused(1, "outbox", "crm", "ack", "1", "--token", "99", *NOW, says="message 1")
        self.ok("outbox", "ack", "crm", "1", "--token", token, *NOW)
        self.assertEqual(self.outbox(), [])

    def test_a_refused_message_is_dead_and_can_be_revived(self) -> None:
        self.send("idempotency_key=k")
        self.assertEqual(self.send("idempotency_key=k"), "1")
        token = str(self.outbox("lease")[0]["token"])
        self.ok("outbox", "refuse", "crm", "1", "--token", token, "--error", "no route", "--dead",
                *NOW)
        [dead] = self.outbox("list", "--state", "dead")
        self.assertEqual((dead["last_error"], dead["idempotency_key"]), ("no route", "k"))
        self.ok("outbox", "revive", "crm", "1", *NOW)
        self.assertEqual(self.outbox("--state", "dead"), [])
        self.assertEqual(self.outbox("--topic", "email")[0]["attempts"], 0)
        self.ok("outbox", "discard", "crm", "1", *NOW)
        self.refused(1, "outbox", "discard", "crm", "1", *NOW, says="no message 1")

    def test_a_refused_message_comes_again_later(self) -> None:
        self.send()
        token = str(self.outbox("lease")[0]["token"])
        self.ok("outbox", "crm", "refuse", "1", "--token", token, "--retry-after", "30m", *NOW)
        self.assertEqual(self.outbox()[0]["not_before"], "2026-03-01T09:30:00Z")

    def test_the_list_is_readable(self) -> None:
        self.send("payload.to=ann")
        table = self.ok("outbox", "crm").out
        self.assertRegex(table, r"Message  Topic  Payload")
        self.assertRegex(table, r"1  email  \{\"to\":\"ann\"\} +pending")
        csv = self.ok("outbox", "crm", "-f", "csv").out.splitlines()
        self.assertTrue(csv[0].startswith("sequence,topic,payload,idempotency_key,record,"))
        self.assertEqual(len(csv), 2)

    def test_wrong_calls_are_explained(self) -> None:
        self.refused(2, "outbox", says="DB is required")
        self.refused(2, "outbox", "ack", "5", "--token", "1", says="DB is required")
        self.refused(2, "outbox", "crm", "ack", "5", says="--token is required")
        self.refused(2, "outbox", "crm", "--state", "gone", says="pending, leased, dead")
        self.refused(2, "outbox", "crm", "send", "topci=x", says='did you mean "topic"?')
        self.refused(2, "outbox", "crm", "lease", "--ttl", "soon", says="--ttl")


class Intake(CommandTest):
    def setUp(self) -> None:
        super().setUp()
        self.crm()

    def test_a_captured_event_says_what_was_decided(self) -> None:
        form = ("id=f1", "kind=form", "email=ann@example.org", "name=Ann Lee", "company=Acme",
                "person.job_title=CEO", "data.page=/x")
        out = self.ok("capture", "crm", *form, *NOW).out
        self.assertRegex(out, r"^person +contact:1, new\naccount +account:1\n")
        self.assertRegex(out, r"(?m)^activity +activity:1$")
        self.assertRegex(out, r"(?m)^  .*ann@example.org")
        person = self.ok("get", "crm", "contact:1", "-f", "json").json()
        self.assertEqual((person["name"], person["job_title"]), ("Ann Lee", "CEO"))
        again = self.ok("capture", "crm", *form, "-f", "json", *NOW).json()
        self.assertTrue(again["repeated"])
        self.assertEqual(self.count("crm", "activity"), 1)

    def test_an_event_can_be_json(self) -> None:
        event = '{"kind": "call", "email": "bob@example.org"}'
        self.write("event.json", event)
        for given, stdin in ((event, ""), ("event.json", ""), ("-", event)):
            got = self.ok("capture", "crm", "--json", given, "subject=Call back", "-f", "json",
                          *NOW, stdin=stdin).json()
            self.assertEqual(got["person"], "contact:1")
        subjects = self.ok("query", "crm", "activity", "-s", "subject", "-f", "csv").out.split("\n")
        self.assertEqual(subjects[1:4], ["Call back"] * 3)

    def test_wrong_events_are_explained(self) -> None:
        self.refused(2, "capture", "crm", "kind=form", "emial=x",
                     says='no member "emial"; did you mean "email"?')
        self.refused(2, "capture", "crm", "--json", '{"emial": 1}', says="1:2: ")
        self.refused(2, "capture", "crm", "kind:=5", says='"kind" takes a text, not a number')
        self.refused(2, "capture", "crm", "form", says="is not field=value")
        self.refused(2, "receive", "crm", "paid", "--record", "nobody", says="nobody")


class Tasks(CommandTest):
    def setUp(self) -> None:
        super().setUp()
        self.crm()
        self.ok("create", "crm", "user", "name=Ada", "email=ada@example.org", *NOW)
        for task in (("subject=Later", "due_date=2026-04-02"), ("subject=Sometime",),
                     ("subject=Late", "due_date=2026-02-02", "owner=user:1"),
                     ("subject=Old", "due_date=2026-01-02", "status=done")):
            self.ok("create", "crm", "task", *task, *NOW)

    def tasks(self, *options: str) -> "list[list[str]]":
        lines = self.ok("tasks", "crm", *options, "-f", "csv", *NOW).out.splitlines()
        return [line.split(",")[1:4] for line in lines[1:]]

    def test_open_tasks_come_by_due_date_and_overdue_ones_are_marked(self) -> None:
        self.assertEqual(self.tasks(), [["true", "2026-02-02", "Late"],
                                        ["false", "2026-04-02", "Later"], ["", "", "Sometime"]])
        lines = self.ok("tasks", "crm", *NOW).out.splitlines()
        self.assertRegex(lines[2], r"^task:3  overdue  2026-02-02  Late ")
        self.assertNotIn("overdue", lines[3])

    def test_some_of_them(self) -> None:
        self.assertEqual([task[2] for task in self.tasks("--owner", "user:1")], ["Late"])
        self.assertEqual([task[2] for task in self.tasks("--due-by", "2026-03-31")], ["Late"])
        self.assertEqual([task[2] for task in self.tasks("--all")],
                         ["Old", "Late", "Later", "Sometime"])
        self.assertEqual([task[2] for task in self.tasks("--limit", "1")], ["Late"])
        self.refused(2, "tasks", "crm", "--due-by", "soon", says="--due-by")
        self.refused(2, "tasks", "crm", "--owner", "ada", says="--owner")

    def test_a_model_without_tasks_says_so(self) -> None:
        self.ok("init", "none", "--empty")
        self.refused(1, "tasks", "none", says='no type "task"')


class Moves(CommandTest):
    def setUp(self) -> None:
        super().setUp()
        self.crm()
        self.ok("create", "crm", "deal", "name=Empty", *NOW)

    def test_a_record_is_moved_with_the_fields_it_takes(self) -> None:
        out = self.ok("move", "crm", "deal:2", "Closed Won", "amount=5", "close_date=2026-03-01",
                      *NOW).out
        self.assertEqual(out, "deal:2: New Lead -> Closed Won\n")
        self.assertEqual(self.ok("move", "crm", "deal:2", "Qualified", *NOW).out,
                         "deal:2: Closed Won -> Qualified, reopened\n")
        moved = self.ok("move", "crm", "deal:1", "Contacted", "-f", "json", *NOW).json()
        self.assertEqual((moved["moved"], moved["from"], moved["to"]),
                         (True, "New Lead", "Contacted"))

    def test_every_reason_against_a_move_is_printed(self) -> None:
        self.refused(1, "move", "crm", "deal:2", "Closed Won", *NOW,
                     says=("amount", "close_date", "[required]"))
        self.refused(1, "move", "crm", "deal:1", "Contacted", "--stage-was", "Qualified", *NOW,
                     says="New Lead")
        self.refused(1, "move", "crm", "deal:1", "Contacted", "--version-was", "1", *NOW,
                     says="version")
        self.refused(2, "move", "crm", "deal:1", "Closd Won", *NOW, says='mean "Closed Won"?')
        forced = self.ok("move", "crm", "deal:2", "Closed Won", "--override", *NOW).out
        self.assertIn("past the guards", forced)
        self.assertIn("override", self.ok("stages", "crm", "deal:2").out)

    def test_possible_moves_say_why_not(self) -> None:
        lines = self.ok("moves", "crm", "deal:2", *NOW).out.splitlines()
        self.assertRegex(lines[0], r"^Stage +Allowed")
        self.assertTrue(any(line.startswith("Contacted") and " yes" in line for line in lines))
        won = next(i for i, line in enumerate(lines) if line.startswith("Closed Won"))
        self.assertIn(" no ", lines[won])
        self.assertIn("amount", lines[won])
        self.assertRegex(lines[won + 1], r"^ +.*close_date")
        moves = self.ok("moves", "crm", "deal:2", "-f", "json", *NOW).json()
        self.assertNotIn("New Lead", [move["stage"] for move in moves])

    def test_stages_tell_how_long_it_stayed(self) -> None:
        self.ok("move", "crm", "deal:1", "Contacted", "--now", "2026-03-03T12:00:00Z")
        lines = self.ok("stages", "crm", "deal:1", "--now", "2026-03-03T13:30:00Z").out.splitlines()
        self.assertRegex(lines[2], r"^New Lead +2026-03-01T09:00:00Z  2026-03-03T12:00:00Z +2d 3h")
        self.assertRegex(lines[3], r"^Contacted +2026-03-03T12:00:00Z +1h 30m")
        visits = self.ok("stages", "crm", "deal:1", "-f", "json").json()
        self.assertEqual([visit.get("left") for visit in visits], ["2026-03-03T12:00:00Z", None])

    def test_pipelines_list_their_stages(self) -> None:
        out = self.ok("pipelines", "crm").out
        self.assertIn("sales: deal.stage", out)
        self.assertRegex(out, r"(?m)^New Lead +open +10 % .*default$")
        self.assertEqual(self.ok("pipelines", "crm", "-f", "json").json()[0]["entity"], "deal")


class Rules(CommandTest):
    def setUp(self) -> None:
        super().setUp()
        self.ok("init", "crm", "--model", self.write("rules.json", json.dumps(RULES)), *NOW)

    def test_a_tick_carries_out_what_is_due(self) -> None:
        self.ok("create", "crm", "contact", "name=Ann", *NOW)
        out = self.ok("tick", "crm", *NOW).out
        self.assertRegex(out, r"^1 run, \d steps?, \d changes?, 1 message\n"
                              r"next due 2026-03-04T09:00:00Z\n$")
        self.assertEqual(self.ok("next-due", "crm").out, "2026-03-04T09:00:00Z\n")
        [message] = self.ok("outbox", "crm", "-f", "json").json()
        self.assertEqual(message["payload"]["subject"], "Hello Ann")
        self.assertEqual(self.count("crm", "task"), 0)
        self.ok("tick", "crm", "--now", "2026-03-04T09:00:00Z")
        self.assertIn("Call Ann", self.ok("tasks", "crm").out)
        self.assertEqual(self.ok("next-due", "crm").out, "")

    def test_a_tick_can_go_on_until_a_time(self) -> None:
        self.ok("create", "crm", "contact", "name=Ann", *NOW)
        done = self.ok("tick", "crm", "--until", "2026-03-31T09:00:00Z", "-f", "json", *NOW).json()
        self.assertEqual((done["runs"], done["failures"], done["more"]), (2, 0, False))
        self.assertEqual(self.ok("query", "crm", "task", "-s", "created", "-f", "csv").out,
                         "created\n2026-03-04T09:00:00Z\n")
        self.refused(2, "tick", "crm", "--until", "2026-02-01T09:00:00Z", *NOW, says="--until")
        self.refused(2, "tick", "crm", "--max-runs", "0", says="--max-runs")

    def test_runs_are_listed_and_cancelled(self) -> None:
        self.ok("create", "crm", "contact", "name=Ann", *NOW)
        self.ok("create", "crm", "contact", "name=Nobody", *NOW)
        self.ok("tick", "crm", *NOW)
        table = self.ok("runs", "crm").out
        self.assertRegex(table, r"(?m)^ +1  welcome +contact:1  active .*2026-03-04T09:00:00Z")
        self.ok("runs", "crm", "cancel", "1", "--reason", "by hand", *NOW)
        [run] = self.ok("runs", "crm", "--state", "cancelled", "-f", "json").json()
        self.assertEqual((run["id"], run["message"]), (1, "by hand"))
        self.assertEqual(self.ok("runs", "crm", "--record", "contact:2", "-f", "json").json(), [])
        self.refused(1, "runs", "cancel", "crm", "9", *NOW, says="9")
        self.refused(2, "runs", "crm", "--state", "sleeping", says="active, done")

    def test_automations_are_listed(self) -> None:
        table = self.ok("automations", "crm").out
        self.assertRegex(table, r"(?m)^welcome +contact +created ")
        self.assertEqual(len(self.ok("automations", "crm", "-f", "csv").out.splitlines()), 3)

    def test_a_received_event_begins_runs(self) -> None:
        self.ok("create", "crm", "contact", "name=Ann", *NOW)
        event = ("receive", "crm", "payment.received", "sum:=5", "--record", "contact:1",
                 "--id", "p1")
        self.assertEqual(self.ok(*event, *NOW).out, "1 run begun\n")
        self.assertIn("before", self.ok(*event, *NOW).out)
        self.ok("tick", "crm", *NOW)
        self.assertIn("Ann!", self.ok("get", "crm", "contact:1").out)
        small = '{"name": "payment.received", "record": "contact:1", "data": {"sum": 1}}'
        self.assertEqual(self.ok("receive", "crm", "--json", small, "-f", "json", *NOW).json(),
                         {"repeated": False, "runs": 0})


class Timeline(CommandTest):
    def test_it_tells_the_story_in_order(self) -> None:
        self.crm()
        self.ok("update", "crm", "deal:1", "amount=7", "--now", "2026-03-02T09:00:00Z")
        self.ok("create", "crm", "activity", "kind=call", "subject=Discovery", "deal=deal:1",
                "body=They like it.", "--now", "2026-03-03T09:00:00Z")
        out = self.ok("timeline", "crm", "deal:1").out
        self.assertRegex(out, r"(?s)^2026-03-01T09:00:00Z  deal:1  .*\n2026-03-02T09:00:00Z .*7.*\n"
                              r"2026-03-03T09:00:00Z  activity:1  .*Discovery.*They like it\.")
        newest = self.ok("timeline", "crm", "deal:1", "--newest-first", "--limit", "1", "-f",
                         "json").json()
        self.assertEqual([item["record"] for item in newest], ["activity:1"])
        related = self.ok("timeline", "crm", "account:1", "--related", "deal,task", "-f", "csv").out
        self.assertIn(",deal:1,", related)
        self.refused(1, "timeline", "crm", "deal:9", says="deal:9")
