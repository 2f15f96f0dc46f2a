"""What `pip install` would install: a wheel that stands alone and is typed."""
import os
import pathlib
import subprocess
import sys
import zipfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(*command: str | pathlib.Path, cwd: pathlib.Path) -> str:
    environment = {"CC": "cc", "CXX": "c++"}  # what CMake takes by itself, not Python's compiler
    environment |= {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run([str(part) for part in command], cwd=cwd, env=environment, text=True,
                          capture_output=True, timeout=1000, check=False)
    assert done.returncode == 0, f"{command}:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The wheel, built with the tools of the build folder's environment, without the network.

    Its objects are those of the release build, so that ccache has them.
    """
    pytest.importorskip("scikit_build_core")
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--disable-pip-version-check", "--no-deps",
        "--no-build-isolation", "--wheel-dir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("kith-*.whl")
    return built


def test_the_wheel_holds_the_package_and_nothing_else(wheel: pathlib.Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    sources = ROOT / "bindings/python/kith"
    expected = {f"kith/{path.name}" for path in sources.iterdir() if path.suffix != ".pyc"
                and path.is_file()}
    extensions = {name for name in names if name.startswith("kith/_core.") and name.endswith(".so")}
    assert len(extensions) == 1
    assert names - extensions == expected
    assert {"kith/py.typed", "kith/_core.pyi"} <= names


def test_it_works_in_a_fresh_environment(wheel: pathlib.Path, tmp_path: pathlib.Path) -> None:
    run(sys.executable, "-m", "venv", tmp_path / "venv", cwd=tmp_path)
    python = tmp_path / "venv/bin/python"
    run(python, "-m", "pip", "install", "--disable-pip-version-check", "--no-index", "--no-deps",
        wheel, cwd=tmp_path)
    program = ("import kith\n"
               "with kith.create('crm') as db:\n"
               "    with db.transaction() as t:\n"
               "        t.create('account', name='Acme')\n"
               "    print(kith.__file__, db.query('account', select='name').column('name'))\n")
    printed = run(python, "-c", program, cwd=tmp_path)
    assert str(tmp_path / "venv") in printed
    assert "['Acme']" in printed
