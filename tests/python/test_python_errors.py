"""Each code of the engine has its exception class, and errors tell everything."""
import pathlib
import pickle

import kith
import kith.errors
import pytest
from kith import _core


def test_classes_and_codes_are_one_to_one() -> None:
    engine = {code: name for code, name in _core.codes() if code != 0}
    classes = {code: each.code_name for code, each in kith.errors.BY_CODE.items()}
    assert classes == engine
    assert len({each.code_name for each in kith.errors.BY_CODE.values()}) == len(engine)


def test_every_class_is_public_and_below_error() -> None:
    for each in kith.errors.BY_CODE.values():
        assert issubclass(each, kith.Error)
        assert getattr(kith, each.__name__) is each
        assert each.__name__ in kith.__all__


@pytest.mark.parametrize(("error", "built_in"), [
    (kith.NotFound, KeyError),
    (kith.InvalidArgument, ValueError),
    (kith.ValidationError, ValueError),
    (kith.IOFailure, OSError),
    (kith.OutOfMemory, MemoryError),
])
def test_fitting_built_in_classes(error: type[kith.Error], built_in: type[Exception]) -> None:
    assert issubclass(error, built_in)
    assert str(error("what was wrong")) == "what was wrong"


def test_all_violations_of_a_write_come_at_once(samples: kith.Database) -> None:
    with pytest.raises(kith.ValidationError) as caught, samples.transaction() as t:
        t.create("sample", color="mauve", seats=-1)
    error = caught.value
    assert (error.code, error.code_name) == (-200, "VALIDATION")
    assert error.entity == "sample"
    found = {(v.field, v.code) for v in error.violations}
    assert ("color", "choice") in found
    assert any(field == "name" for field, _ in found)
    assert all(v.message and v.entity == "sample" for v in error.violations)
    for violation in error.violations:
        assert violation.message in str(error)


def test_a_model_error_has_its_place() -> None:
    with pytest.raises(kith.ModelInvalid) as caught:
        kith.check_model('{"kith_model": 1,\n "entitys": {}}', "crm.json")
    assert caught.value.violations[0].line == 2
    assert caught.value.violations[0].column > 0


def test_expression_errors_by_stage() -> None:
    for expression, expected in [
        ("1 +", kith.ExpressionSyntaxError),
        ("1 + 'a'", kith.ExpressionTypeError),
        ("1 / 0", kith.ExpressionFailed),
    ]:
        with pytest.raises(expected) as caught:
            kith.cel.evaluate(expression)
        assert isinstance(caught.value, kith.ExpressionError)
        assert type(caught.value) is expected


def test_not_found(samples: kith.Database) -> None:
    with pytest.raises(KeyError) as caught:
        samples.get("sample:99")
    assert type(caught.value) is kith.NotFound
    assert "sample:99" in str(caught.value)
    with pytest.raises(kith.Error):
        samples.get("nonsense")
    with pytest.raises(kith.NotFound):
        samples.report("no_such_report")


def test_conflict(samples: kith.Database) -> None:
    with samples.transaction() as t:
        id = t.create("sample", name="a")
    version = samples.get(id).version
    with samples.transaction() as t:
        t.update(id, expected_version=version, name="b")
    with pytest.raises(kith.Conflict), samples.transaction() as t:
        t.update(id, {"name": "c"}, expected_version=version)
    assert samples.get(id)["name"] == "b"


def test_capabilities_are_needed(samples: kith.Database) -> None:
    with samples.transaction() as t:
        id = t.create("sample", name="a")
        with pytest.raises(kith.PermissionDenied):
            t.purge(id)
    with pytest.raises(kith.InvalidArgument, match="there are: backdate"):
        samples.session(capabilities=["everything"])


def test_missing_and_occupied_directories(tmp_path: pathlib.Path) -> None:
    with pytest.raises(kith.Error) as caught:
        kith.open(tmp_path / "nothing")
    assert "nothing" in str(caught.value)
    kith.create(tmp_path / "crm").close()
    with pytest.raises(kith.Error):
        kith.create(tmp_path / "crm")
    with pytest.raises(ValueError, match="null"):
        kith.open("a\0b")


def test_read_only(tmp_path: pathlib.Path) -> None:
    with kith.create(tmp_path / "crm") as db, db.transaction() as t:
        t.create("account", name="Acme")
    with kith.open(tmp_path / "crm", read_only=True) as db:
        assert db.info().read_only
        assert len(db.query("account")) == 1
        with pytest.raises(kith.ReadOnly):
            db.transaction()


def test_errors_can_be_pickled() -> None:
    violation = kith.Violation("required", "deal", "name", "A name is needed")
    error = kith.ValidationError("refused", "deal", "name", [violation])
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kith.ValidationError
    assert (str(copy), copy.violations) == (str(error), (violation,))


def test_a_broken_call_is_a_type_error(samples: kith.Database) -> None:
    with pytest.raises(TypeError, match="no limit named"):
        kith.create(":memory:", limits={"max_everything": 1})
    for wrong in (-1, "many", 2**64):
        with pytest.raises(ValueError, match="max_groups"):
            kith.create(":memory:", limits={"max_groups": wrong})  # type: ignore[dict-item]
    for timeout in (-1.0, float("nan"), 1e300):
        with pytest.raises(kith.InvalidArgument, match="timeout"):
            samples.transaction(timeout=timeout)
    with pytest.raises(TypeError):
        samples.get(7)  # type: ignore[arg-type]
