"""The package under test is the one of the build folder; see tests/CMakeLists.txt."""
import importlib.util
import os
import pathlib
import sys
from collections.abc import Iterator

import pytest
from python_samples import EVERY_TYPE, fixed_clock

ROOT = pathlib.Path(__file__).resolve().parents[2]

if importlib.util.find_spec("kith") is None:
    # Run by hand: the release build has an importable package.
    sys.path.insert(0, os.environ.get("KITH_BUILD_DIR", str(ROOT / "build/release")) + "/python")
    if importlib.util.find_spec("kith") is None:
        raise pytest.UsageError("the Python package is not built: cmake --preset release && "
                                "cmake --build --preset release")

import kith  # noqa: E402  (found only now)


@pytest.fixture
def samples() -> Iterator[kith.Database]:
    """A database with the entity type `sample`."""
    with kith.create(":memory:", EVERY_TYPE, clock=fixed_clock) as db:
        yield db


@pytest.fixture
def crm() -> Iterator[kith.Database]:
    """A standard CRM with two accounts and three deals."""
    with kith.create(":memory:", clock=fixed_clock) as db:
        with db.transaction() as t:
            acme = t.create("account", name="Acme", employees=12)
            birch = t.create("account", name="Birch")
            t.create("deal", name="Pilot", account=acme, amount="1200.50", stage="Qualified")
            t.create("deal", name="Rollout", account=acme, amount=5000, stage="Closed Won",
                     close_date="2017-02-10")
            t.create("deal", name="Audit", account=birch, amount=99, stage="Closed Lost",
                     close_date="2017-01-31", loss_reason="price")
        yield db
