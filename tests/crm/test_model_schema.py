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


def with_stage(**stage):
    stages = {"Won": stage}
    return model(pipelines={"p": {"entity": "deal", "field": "stage", "stages": stages}})


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
        with_field(type="int", options=["a"]),
        with_stage(),
        with_stage(**{"class": "won", "probability": 90}),
        model(automations={"a": {"entity": "deal", "on": "created", "set": {"name": "'x'"}}}),
        model(automations={"a": {"entity": "deal", "on": "before_save", "set": {}}}),
    ],
)
def test_what_is_wrong_is_refused(validator, document):
    assert not validator.is_valid(document)


@pytest.mark.parametrize(
    "document",
    [
        model(),
        with_field(type="decimal", scale=2, default=1.5),
        with_field(type="choice", options=["a", {"name": "b", "label": "B"}]),
        with_field(type="reference", to="deal", on_delete="clear"),
        with_stage(**{"class": "won", "probability": 100}),
    ],
)
def test_what_is_right_is_accepted(validator, document):
    assert validator.is_valid(document)
