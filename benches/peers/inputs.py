"""What the benches share: the exports and rules, made when they are first needed, and a run that is measured."""

import os
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
SIZES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000, "10m": 10_000_000}
SEED = "42"


def export(size):
    """A Shopify product export of this size."""
    path = HERE / f"data/{size}.csv"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        generator = HERE / "generator"
        subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=generator, check=True)
        unfinished = path.with_suffix(".unfinished")
        subprocess.run([generator / "target/release/export-generator", str(SIZES[size]), SEED, unfinished], check=True)
        unfinished.rename(path)
    return path


def rules(name):
    """A rule set, without an ending: `.rules` for stockrule, `.json` for the others."""
    path = HERE / f"rules/{name}"
    if not path.with_suffix(".rules").exists():
        subprocess.run([sys.executable, str(HERE / "make_rules.py"), str(path.parent)], check=True)
    return path


def run(command, **environment):
    """Wall and processor seconds of a process, and the most memory that it had, in MiB. Its exit status must be 0."""
    # GNU time tells of the memory: what the system says of a process that Python starts begins with Python's own.
    note = HERE / "out/memory"
    words = ["/usr/bin/time", "--quiet", "-f", "%M", "-o", note, *command]
    start = time.perf_counter()
    silent = dict(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    child = subprocess.Popen([str(word) for word in words], env={**os.environ, **environment}, **silent)
    _, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"exit status {child.returncode}: {' '.join(map(str, command))}")
    return wall, used.ru_utime + used.ru_stime, int(note.read_text()) / 1024
