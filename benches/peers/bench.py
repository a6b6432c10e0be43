#!/usr/bin/env python3
"""stockrule and what one would pick instead, on one export with one set of rules: see README.md.

The tools take turns (A B C A B C …), after a first turn that is not counted. A row a tool: median wall and processor time, the most
memory, how many times stockrule's wall time it takes (the median of the ratios of each turn), and whether it wrote the same list.
"""

import argparse
import hashlib
import pathlib
import statistics
import sys

from inputs import HERE, SIZES, export, rules, run

# Each with its file in jobs/ and what its environment is to hold.
JOBS = {
    "polars": ("polars_lazy", {"POLARS_MAX_THREADS": "2"}),
    "duckdb": ("duckdb_sql", {}),
    "pandas": ("pandas_masks", {}),
    "python-csv": ("python_csv", {}),
    "miller": ("miller_dsl", {}),
    "zen": ("gorules_zen", {}),
}
WRITES_FEED = ("polars", "duckdb")


def command(tool, binary, data, rule_set, output, feed):
    """A tool's command, and its environment."""
    if tool in JOBS:
        job, environment = JOBS[tool]
        python = HERE / ".venv/bin/python"
        return [python, HERE / f"jobs/{job}.py", data, f"{rule_set}.json", output], environment | (
            {"FORMAT": "json"} if feed else {}
        )
    to = ["--feed", output, "--seller", "A1", "--fulfillment", "merchant"] if feed else ["--quantities", output]
    return [binary[tool], "emit", "--catalog", data, "--rules", f"{rule_set}.rules", *to], {}


def content(path):
    """What a list says, whatever its order and its quotes."""
    with open(path, encoding="utf-8") as file:
        lines = sorted(line.replace('"', "").rstrip("\r\n") for line in file if not line.startswith("sku,"))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def clear(output):
    for path in output.parent.glob(output.name + "*"):
        path.unlink()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sizes", default="10k,100k,1m", help=f"of {', '.join(SIZES)}")
    options.add_argument("--rules", default="r12", help="a rule set of make_rules.py")
    options.add_argument("--only", default="polars,duckdb", help=f"of {', '.join(JOBS)}, or `none`")
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--feed", action="store_true", help="Amazon's JSON feed instead of a list")
    options.add_argument("--bin", default="target/release/stockrule")
    options.add_argument("--before", help="another build of stockrule, which takes turns with this one")
    options = options.parse_args()
    binary = {"stockrule": pathlib.Path(options.bin).resolve()}
    if options.before:
        binary["before"] = pathlib.Path(options.before).resolve()
    chosen = [tool for tool in JOBS if tool in options.only.split(",") and (not options.feed or tool in WRITES_FEED)]
    if unknown := set(options.only.split(",")) - set(JOBS) - {"none"}:
        sys.exit(f"no such tool: {', '.join(unknown)}")
    (HERE / "out").mkdir(exist_ok=True)
    rule_set = rules(options.rules)
    for size in options.sizes.split(","):
        data = export(size)
        figures, same = {tool: [] for tool in [*binary, *chosen]}, {}
        for turn in range(options.runs + 1):
            for tool in figures:
                output = HERE / f"out/{tool}"
                clear(output)
                words, environment = command(tool, binary, data, rule_set, output, options.feed)
                measured = run(words, **environment)
                if turn:
                    figures[tool].append(measured)
                elif not options.feed:
                    same[tool] = content(output)
        for tool, rows in figures.items():
            wall, processor, memory = zip(*rows)
            ratio = statistics.median(one[0] / ours[0] for one, ours in zip(rows, figures["stockrule"]))
            is_same = "-" if options.feed else same[tool] == same["stockrule"]
            print(
                f"{size:>4} {options.rules:>8} {tool:<10}  wall {statistics.median(wall):8.3f} s  "
                f"processor {statistics.median(processor):8.3f} s  most {max(memory):7.1f} MiB  x{ratio:6.2f}  same={is_same}",
                flush=True,
            )


main()
