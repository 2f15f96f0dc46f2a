"""Imported for its effect: the modules of tools/ can be imported after it."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
