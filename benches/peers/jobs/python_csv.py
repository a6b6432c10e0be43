#!/usr/bin/env python3
"""Plain Python: the csv module, and the rules made into one function of `if`s, as a careful author of a script would write it."""

import csv

from common import COLUMNS, arguments, by_setting


def function_of(rules):
    sources, decided_steps, syncs = by_setting(rules)

    def condition(rule):
        all_of = []
        for field, operator, value in rule["where"]:
            if field == "tag":
                all_of.append(f"{value!r} in tags")
            elif operator == "in":
                all_of.append(f"{field} in {set(value)!r}")
            else:
                all_of.append(f"{field} {'==' if operator == '=' else operator} {value!r}")
        return " and ".join(all_of) or "True"

    def steps(rule):
        count = "count"
        for step, number in rule["steps"]:
            count = {
                "buffer": f"({count}-{number})",
                "max": f"min({count},{number})",
                "share": f"({count}*{number}//100)",
                "fixed": f"{number}",
            }[step]
        return count

    lines = ["def decide(vendor, type, tags, sku, qty, price, amazon_qty):"]

    def chain(rules, action, otherwise):
        for number, rule in enumerate(rules):
            lines.append(f"  {'elif' if number else 'if'} {condition(rule)}: {action(rule)}")
            if not rule["where"]:
                return
        lines.append(f"  else: {otherwise}" if rules else f"  {otherwise}")

    chain(syncs, lambda rule: "pass" if rule["sync"] else "return None", "pass")
    chain(sources, lambda rule: f"count = {'amazon_qty' if rule['from'] == 'amazon_qty' else 'qty'}", "count = qty")
    chain(decided_steps, lambda rule: f"count = {steps(rule)}", "pass")
    lines.append("  return max(0, count)")
    names = {}
    exec("\n".join(lines), names)
    return names["decide"]


def variants(export):
    """The vendor, type, tags, SKU, count, price and Amazon quantity of each variant."""
    with open(export, newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        headers = next(reader)
        at = {name: headers.index(header) for name, header in COLUMNS.items()}
        handle = None
        for line in reader:
            if line[at["handle"]] != handle:
                handle, vendor, kind = line[at["handle"]], line[at["vendor"]], line[at["type"]]
                tags = set(line[at["tags"]].split(", "))
                amazon_qty = int(line[at["amazon_qty"]] or 0)
            if line[at["sku"]]:
                yield vendor, kind, tags, line[at["sku"]], int(line[at["qty"]] or 0), float(line[at["price"]] or 0), amazon_qty


def main():
    export, rules, output = arguments()
    decide = function_of(rules)
    with open(output, "w", encoding="utf-8") as file:
        file.write("sku,quantity\n")
        for variant in variants(export):
            quantity = decide(*variant)
            if quantity is not None:
                file.write(f"{variant[3]},{quantity}\n")


if __name__ == "__main__":
    main()
