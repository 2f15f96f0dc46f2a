"""The JSON Schema of model documents accepts the standard model and refuses what kith refuses."""

import json
import pathlib

import jsonschema
import pytest

CRM = pathlib.Path(__file__).resolve().parents[2] / "lib" / "crm"


@pytest.fixture(scope="module")
def validator():
    schema = json.loads((CRM / "model.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def model(**members):
    return {"kith_model": 1, **members}


def with_field(**field):
    return model(entities={"deal": {"fields": {"f": field}}})


def with_rollup(**rollup):
    return model(entities={"account": {"rollups": {"x": rollup}}})


def with_stage(**stage):
    stages = {"Won": stage}
    return model(pipelines={"p": {"entity": "deal", "field": "stage", "stages": stages}})


def with_automation(**members):
    automation = {"entity": "deal", "on": "created", "steps": [{"stop": True}], **members}
    return model(automations={"a": {k: v for k, v in automation.items() if v is not None}})


def with_score(row=None, **members):
    row = {"name": "any", "points": "1", **(row or {})}
    score = {"entity": "lead", "rows": [{k: v for k, v in row.items() if v is not None}], **members}
    return model(scores={"fit": {k: v for k, v in score.items() if v is not None}})


def with_step(**step):
    return with_automation(steps=[step])


def test_the_standard_model_is_valid(validator):
    document = json.loads((CRM / "standard_model.json").read_text(encoding="utf-8"))
    assert [error.message for error in validator.iter_errors(document)] == []


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"kith_model": 2},
        model(entites={}),
        model(entities={"Deal": {}}),
        with_field(),
        with_field(type="string"),
        with_field(type="decimal"),
        with_field(type="text", scale=2),
        with_field(type="reference"),
        with_field(type="bool", unique=True),
        with_field(type="multi_choice"),
        with_field(type="money", formula="amount"),
        with_field(type="int", formula="1", default=1),
        with_field(type="int", formula="1", required=True),
        with_field(type="int", formula=1),
        with_field(type="int", options=["a"]),
        with_rollup(count=True),
        with_rollup(of="deals"),
        with_rollup(of="deals", count=False),
        with_rollup(of="deals", count=True, sum="amount"),
        with_rollup(of="deals", sum=3),
        with_rollup(of="deals", count=True, filter="amount > 1.0"),
        model(entities={"account": {"rollups": {"X": {"of": "deals", "count": True}}}}),
        with_stage(),
        with_stage(**{"class": "won", "probability": 90}),
        model(automations={"a": {"entity": "deal", "on": "created", "set": {"name": "'x'"}}}),
        model(automations={"a": {"entity": "deal", "on": "before_save", "set": {}}}),
        with_automation(on="before_save"),
        with_automation(on="sometimes"),
        with_automation(steps=None),
        with_automation(steps=[]),
        with_automation(set={"name": "'x'"}),
        with_automation(watch=["name"]),
        with_automation(stage="New"),
        with_automation(event="paid"),
        with_automation(on="event"),
        with_automation(on="date_reached"),
        with_automation(on="date_reached", field="close_date", at="24:00"),
        with_automation(on="date_reached", field="close_date", offset="3 days"),
        with_automation(on="updated", watch=[]),
        with_automation(enroll="always"),
        with_automation(max_per_hour=0),
        with_automation(owner="ada"),
        with_score(entity=None),
        with_score(rows=None),
        with_score(rows=[]),
        with_score(min="0"),
        with_score(max=2000000000),
        with_score(row={"points": None}),
        with_score(row={"points": 20}),
        with_score(row={"name": "Any"}),
        with_score(row={"cap": -1}),
        with_score(row={"half_life": "30d"}),
        with_score(row={"since": "updated"}),
        with_score(row={"weight": 2}),
        with_step(),
        with_step(stop=False),
        with_step(stop=True, wait="1d"),
        with_step(set={}),
        with_step(wait={}),
        with_step(create={"set": {"name": "'x'"}}),
        with_step(move={"set": {"name": "'x'"}}),
        with_step(send={"topic": "email"}),
        with_step(send={"topic": "email", "template": "t", "body": "x"}),
        with_step(send={"topic": "email", "data": {"to": "'x'"}}),
    ],
)
def test_what_is_wrong_is_refused(validator, document):
    assert not validator.is_valid(document)


@pytest.mark.parametrize(
    "document",
    [
        with_field(type="decimal", scale=2, formula="amount - cost", unique=True),
        model(),
        with_rollup(of="deals", count=True, where="stage_class == 'open'", label="Open"),
        with_rollup(of="deals", sum="amount"),
        with_rollup(of="deals", min="close_date"),
        with_rollup(of="deals", max="amount"),
        with_rollup(of="deals", avg="seats"),
        with_field(type="decimal", scale=2, default=1.5),
        with_field(type="choice", options=["a", {"name": "b", "label": "B"}]),
        with_field(type="reference", to="deal", on_delete="clear"),
        with_stage(**{"class": "won", "probability": 100}),
        with_score(),
        with_score(label="Fit", min=0, max=99.5, row={
            "when": "has(email)", "cap": 20, "half_life": "30d", "since": "updated"}),
        model(automations={"a": {"entity": "deal", "on": "before_save", "set": {"n": "1"}}}),
        with_automation(
            on="updated", watch="name", order=3, when="r.amount > 1", exit_when="!has(r.name)",
            enroll="once", while_active=True, max_per_hour=5, on_error="continue",
            state="paused", owner="user:7",
        ),
        with_automation(on="stage_entered", stage=["New", "Won"], field="stage"),
        with_automation(on="stage_left", stage="New"),
        with_automation(on="date_reached", field="close_date", offset="-3d", at="09:00"),
        with_automation(on="event", event="payment.received"),
        with_automation(
            steps=[
                {"assign": {"field": "owner", "among": "user", "where": "r.active"}},
                {"send": {"topic": "email", "to": "r.email", "template": "welcome",
                          "data": {"deal": "r.name"}}},
                {"send": {"topic": "email", "subject": "Hi ${r.name}", "body": "..."}},
                {"wait": "3d"},
                {"wait": {"until": "r.close_date"}},
                {"name": "call", "set": {"next_step": "'Call'"}, "when": "!has(r.next_step)"},
                {"create": {"entity": "task", "set": {"subject": "r.name"}}},
                {"move": {"to": "Contacted", "set": {"next_step": "''"}}},
                {"stop": True, "when": "r.stage_class != 'open'"},
            ]
        ),
    ],
)
def test_what_is_right_is_accepted(validator, document):
    assert validator.is_valid(document)


def with_calendar(**calendar):
    return model(organisation={"currency": "EUR", "calendars": {"office": calendar}})


@pytest.mark.parametrize(
    "document",
    [
        model(organisation={}),
        with_calendar(hours={"mon": ["09:00-12:30", "13:00-24:00"], "sun": []}),
        with_calendar(hours={"fri": []}, holidays=["2026-12-25"], exceptions={"2026-12-24": []}),
    ],
)
def test_organisations_are_accepted(validator, document):
    validator.validate(document)


@pytest.mark.parametrize(
    "document",
    [
        model(organisation={"currency": "euro"}),
        model(organisation={"calendars": []}),
        with_calendar(),
        with_calendar(hours={}),
        with_calendar(hours={"monday": []}),
        with_calendar(hours={"mon": ["9-17"]}),
        with_calendar(hours={"mon": []}, holidays=["2026-12-25", "2026-12-25"]),
    ],
)
def test_organisations_are_refused(validator, document):
    assert not validator.is_valid(document)
