"""The package is typed: mypy --strict takes it, a user's program, and the stubs of _core."""
import importlib
import inspect
import pathlib
import re
import subprocess
import sys

import kith
import pytest
import typed_program

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[1]
PACKAGE = pathlib.Path(kith.__file__).parent


def mypy(*arguments: str, cwd: pathlib.Path,
         cache: pathlib.Path) -> subprocess.CompletedProcess[str]:
    pytest.importorskip("mypy")
    return subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", f"--cache-dir={cache}",
         f"--config-file={ROOT / 'pyproject.toml'}", *arguments],
        cwd=cwd, capture_output=True, text=True, check=False,
        env={"MYPYPATH": str(PACKAGE.parent), "PATH": "/usr/bin:/bin"})


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return tmp_path_factory.mktemp("mypy")


def test_the_package_is_strictly_typed(cache: pathlib.Path) -> None:
    done = mypy("-p", "kith", cwd=PACKAGE.parent, cache=cache)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (PACKAGE / "py.typed").exists()


def test_a_users_program_is_understood(cache: pathlib.Path, tmp_path: pathlib.Path) -> None:
    done = mypy(str(HERE / "typed_program.py"), cwd=tmp_path, cache=cache)
    assert done.returncode == 0, done.stdout + done.stderr
    assert typed_program.main() == "['Pilot'] NOT_FOUND"


def test_a_users_mistakes_are_found(cache: pathlib.Path, tmp_path: pathlib.Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text("import kith\n"
                     "db = kith.open(7)\n"
                     "db.session().transaction(durability='none')\n"
                     "row: int = db.query('deal')\n"
                     "db.get('deal:1').versoin\n", encoding="utf-8")
    done = mypy(str(wrong), cwd=tmp_path, cache=cache)
    assert re.findall(r"wrong\.py:(\d): error", done.stdout) == ["2", "3", "4", "5"], done.stdout


def declared() -> dict[str, set[str]]:
    """Class or "" to the names that _core.pyi declares in it."""
    found: dict[str, set[str]] = {"": set()}
    owner = ""
    for line in (PACKAGE / "_core.pyi").read_text(encoding="utf-8").splitlines():
        if match := re.match(r"class (\w+)", line):
            owner = match[1]
            found[owner] = set()
        elif match := re.match(r"( *)def (\w+)", line):
            found[owner if match[1] else ""].add(match[2])
    return found


def test_the_stubs_name_what_the_extension_has() -> None:
    core = importlib.import_module("kith._core")
    public = {name for name in vars(core) if not name.startswith("_")}
    stubs = declared()
    assert public == stubs[""] | set(stubs) - {""}
    for name, methods in stubs.items():
        if name:
            own = {m for m in vars(getattr(core, name))
                   if not m.startswith("_") or m == "__len__"}
            assert own - {"_pybind11_conduit_v1_"} == methods, name


def test_every_public_name_is_documented() -> None:
    for name in kith.__all__:
        each = getattr(kith, name)
        if inspect.isclass(each) or inspect.isfunction(each):
            assert each.__doc__, name
        if inspect.isclass(each):
            for member, function in inspect.getmembers(each, inspect.isfunction):
                if not member.startswith("_") and function.__module__.startswith("kith"):
                    assert function.__doc__, f"{name}.{member}"
