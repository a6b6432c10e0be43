#!/usr/bin/env python3
"""What stockrule takes for other jobs than a fresh list, as a multiple of that, the jobs taking turns: see README.md."""

import argparse
import pathlib
import shutil
import statistics
import subprocess
import time

from inputs import HERE, SIZES, export, rules, run


class Job:
    """A job that is measured: what is done before each run of it, and the words of the command."""

    def __init__(self, words, before):
        self.words, self.before = words, before

    def measure(self):
        self.before()
        return run(self.words)[0]


class Edit(Job):
    """From an edit of the rules to the list that `watch` writes."""

    def __init__(self, binary, data):
        self.folder = HERE / "out/watched"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.texts = [rules(name).with_suffix(".rules").read_text() for name in ("r12", "r12b")]
        self.edit()
        project = f"rules: [a.rules]\ncatalog: ['{data}']\nemit: {{quantities: list.csv}}\nguard: {{zeroed: off, changed: off, unsent: off}}\n"
        (self.folder / "stockrule.yaml").write_text(project)
        self.list = self.folder / "list.csv"
        self.watcher = subprocess.Popen([binary, "watch"], cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not self.list.exists():
            time.sleep(0.05)
        time.sleep(2)

    def edit(self):
        self.texts.reverse()
        (self.folder / "a.rules").write_text(self.texts[0])

    def measure(self):
        before = self.list.stat().st_mtime_ns, self.list.stat().st_ino
        start = time.perf_counter()
        self.edit()
        while (self.list.stat().st_mtime_ns, self.list.stat().st_ino) == before:
            time.sleep(0.001)
        taken = time.perf_counter() - start
        time.sleep(1)
        return taken

    def end(self):
        self.watcher.terminate()
        self.watcher.wait()


def jobs(binary, data):
    """The jobs by name; the first is the fresh list that the others are compared with."""
    folder = HERE / "out/alone"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)

    def emit(rule_set, *outputs):
        return [binary, "emit", "--yes", "--catalog", data, "--rules", rules(rule_set).with_suffix(".rules"), *outputs]

    def list_of(rule_set):
        output = folder / f"{rule_set}.csv"
        return Job(emit(rule_set, "--quantities", output), lambda: output.unlink(missing_ok=True))

    def feed(name, before):
        place = folder / name
        place.mkdir()
        words = emit("r12", "--feed", place / "feed.json", "--seller", "A1", "--fulfillment", "merchant")
        return Job(words, lambda: before(place))

    def nothing_there(place):
        for path in place.glob("*"):
            path.unlink()

    def another_there(place):
        # What an edit of one number left behind: a feed of which a part is as it will be.
        nothing_there(place)
        run(emit("r12b", "--feed", place / "feed.json", "--seller", "A1", "--fulfillment", "merchant"))

    return {
        "a fresh list, 12 rules": list_of("r12"),
        "1,000 rules": list_of("r1000"),
        "10,000 rules": list_of("r10000"),
        "10,000 rules that each name a SKU": list_of("sku10000"),
        "a feed": feed("fresh", nothing_there),
        "a feed over the same one": feed("same", lambda place: None),
        "a feed over a part of it": feed("part", another_there),
        "under watch, from an edit to the list": Edit(binary, data),
    }


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--size", default="1m", help=f"of {', '.join(SIZES)}")
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--bin", default="target/release/stockrule")
    options = options.parse_args()
    all_jobs = jobs(pathlib.Path(options.bin).resolve(), export(options.size))
    figures = {name: [] for name in all_jobs}
    try:
        for turn in range(options.runs + 1):
            for name, job in all_jobs.items():
                taken = job.measure()
                if turn:
                    figures[name].append(taken)
    finally:
        for job in all_jobs.values():
            if isinstance(job, Edit):
                job.end()
    fresh = next(iter(figures.values()))
    for name, taken in figures.items():
        ratio = statistics.median(one / first for one, first in zip(taken, fresh))
        print(f"{options.size:>4}  {name:<40} {statistics.median(taken):8.3f} s  x{ratio:6.2f}")


main()
