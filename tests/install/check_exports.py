"""What libkith.so.0 shows is what kith.h declares: check_exports.py LIBRARY HEADER."""
import pathlib
import re
import subprocess
import sys


def declared(header: str) -> set[str]:
    """The functions that a C header declares (not its types, macros or function pointers)."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", " ", header, flags=re.S)
    text = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", " ", text, flags=re.M)
    text = re.sub(r"typedef\b[^;{]*;", " ", text)
    return set(re.findall(r"\b(kith_\w+)\s*\((?!\s*\*)[^;{}]*\)[^;{}]*;", text))


def exported(library: str) -> set[str]:
    listed = subprocess.run(["nm", "-D", "--defined-only", library], capture_output=True, text=True,
                            check=True).stdout
    names = {line.split()[-1] for line in listed.splitlines() if line.split()[-2] != "A"}
    return {name.partition("@")[0] for name in names}


def soname(library: str) -> str:
    text = subprocess.run(["objdump", "-p", library], capture_output=True, text=True,
                          check=True).stdout
    found = re.search(r"SONAME\s+(\S+)", text)
    return found.group(1) if found else ""


def main(library: str, header: str) -> int:
    wanted, found = declared(pathlib.Path(header).read_text()), exported(library)
    complaints = [f"{name}: in kith.h, not in the library" for name in sorted(wanted - found)]
    complaints += [f"{name}: in the library, not in kith.h" for name in sorted(found - wanted)]
    if soname(library) != "libkith.so.0":
        complaints.append(f"the library calls itself '{soname(library)}', not libkith.so.0")
    if not wanted:
        complaints.append("kith.h declares no function")
    print("\n".join(complaints) or f"{len(found)} functions, each declared")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
