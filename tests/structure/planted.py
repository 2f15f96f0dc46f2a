"""Small source trees with a planted offence, for the tests that prove a check can fail."""
import contextlib
import pathlib
import tempfile
from collections.abc import Iterator

SOUND = {
    "include/kith/id.hpp": "#pragma once\n#include <cstdint>\n",
    "include/kith/database.hpp": '#pragma once\n#include "kith/id.hpp"\nclass Database {};\n',
    "include/kith/kith.hpp": '#pragma once\n#include "kith/database.hpp"\n',
    "lib/api/database.cpp": '#include "kith/database.hpp"\n#include "store/store.hpp"\n',
    "lib/store/store.hpp": '#pragma once\n#include "kith/id.hpp"\n#include "base/try.hpp"\n',
    "lib/base/try.hpp": "#pragma once\n",
    "tests/api/database_test.cpp": "BOOST_AUTO_TEST_SUITE(api_database)\n"
                                   "BOOST_AUTO_TEST_SUITE_END()\n",
}


@contextlib.contextmanager
def tree(**changes: str) -> Iterator[pathlib.Path]:
    """The sound tree with files put in or replaced; `__` in a keyword stands for `/` and a
    single trailing word after the last `_` for the suffix: lib__base__x_hpp is lib/base/x.hpp."""
    files = dict(SOUND)
    for name, text in changes.items():
        stem, _, suffix = name.replace("__", "/").rpartition("_")
        files[f"{stem}.{suffix}"] = text
    with tempfile.TemporaryDirectory(prefix="kith-planted-") as folder:
        root = pathlib.Path(folder)
        for name, text in files.items():
            file = root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        for face in ("capi", "bindings"):
            (root / face).mkdir(exist_ok=True)
        yield root
