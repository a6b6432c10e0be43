#!/usr/bin/env python3
"""Rule sets, the same each time: make_rules.py FOLDER

r12 is what a shop has; r12b is r12 with one number edited; r6 is a part of it. r100, r1000 and r10000 are random rules over the
generator's vendors, types, tags and SKUs; r10000k has none that any variant may match (a price and a count alone). sku10000 has
10,000 rules that each name a SKU. Each is written as NAME.rules, in stockrule's language, and as NAME.json, the neutral form that
the jobs compile from (see jobs/common.py).
"""

import json
import os
import random
import sys

FIELD = {"qty": "inventory"}
SOURCE = {"level": "from inventory", "amazon_qty": "from custom.amazon_qty else 0"}


def vendor(number):
    if number == 5:
        return "Acme"
    if number % 7 == 3:
        return f"Vendor {number:03}, Inc."
    return f'The "{number}" Company' if number % 31 == 9 else f"Vendor {number:03}"


def product_type(number):
    return "Bundle" if number == 8 else f"Type {number:02}"


def tag(number):
    return {9: "clearance", 21: "3pl"}.get(number, f"tag-{number:04}")


def sku(product, variant=1):
    return f"K{product:07}-{variant:02}"


def rule(*where, source=None, steps=None, sync=None):
    return {"where": [list(one) for one in where], "from": source, "steps": steps, "sync": sync}


R6 = [
    rule(source="level", steps=[]),
    rule(("tag", "=", "clearance"), steps=[["buffer", 2], ["max", 7]]),
    rule(("vendor", "=", "Acme"), ("price", "<", 10), steps=[["fixed", 5]]),
    rule(("type", "=", "Bundle"), source="amazon_qty", steps=[["max", 20]]),
    rule(("tag", "=", "3pl"), sync=False),
    rule(("sku", "in", [sku(1), sku(2)]), steps=[["fixed", 3]]),
]
R12 = R6 + [
    rule(("price", ">=", 150), steps=[["share", 50], ["buffer", 1], ["max", 3]]),
    rule(("vendor", "=", "Vendor 001"), steps=[["buffer", 5], ["max", 50]]),
    rule(("vendor", "=", vendor(3)), ("tag", "=", "tag-0002"), source="amazon_qty"),
    rule(("type", "=", "Type 01"), ("price", "<", 20), sync=False),
    rule(("tag", "=", "tag-0004"), ("qty", "<=", 3), steps=[["fixed", 0]]),
    rule(("sku", "in", [sku(5), sku(21), sku(100)]), sync=True, steps=[["buffer", 1], ["max", 10]]),
]


def random_rules(count, seed, products, keyless=True):
    """Rules of which some vendors and tags are asked for much more often than others, as in the generator's export."""
    numbers = random.Random(seed)

    def skewed(limit):
        return min(limit - 1, int((limit + 1) ** numbers.random()) - 1)

    rules = [R6[0]]
    while len(rules) < count:
        kind = numbers.random()
        if kind < 0.30:
            where = [("tag", "=", tag(skewed(2000)))]
        elif kind < 0.40:
            where = [("tag", "=", tag(skewed(2000))), ("type", "=", product_type(skewed(100)))]
        elif kind < 0.55:
            where = [("vendor", "=", vendor(skewed(500))), ("price", numbers.choice(["<", ">="]), numbers.randint(5, 190))]
        elif kind < 0.63:
            where = [("vendor", "=", vendor(skewed(500))), ("tag", "=", tag(skewed(2000)))]
        elif kind < 0.70:
            where = [("type", "=", product_type(numbers.randrange(100))), ("qty", "<=", numbers.randint(1, 40))]
        elif kind < 0.75:
            where = [("vendor", "in", [vendor(number) for number in numbers.sample(range(10, 500), 3)])]
        elif kind < 0.77 and not keyless:
            continue
        elif kind < 0.77:
            where = [("price", ">=", numbers.randint(150, 199)), ("qty", "<", numbers.randint(1, 5))]
        elif kind < 0.90:
            where = [("sku", "=", sku(numbers.randint(1, products)))]
        else:
            where = [("sku", "in", [sku(numbers.randint(1, products)) for _ in range(numbers.randint(2, 8))])]
        kind = numbers.random()
        if kind < 0.15:
            settings = dict(steps=[["fixed", numbers.randint(0, 20)]])
        elif kind < 0.60:
            settings = dict(steps=[["buffer", numbers.randint(1, 9)], ["max", numbers.randint(1, 60)]])
        elif kind < 0.72:
            shares = [["share", numbers.randint(10, 90)], ["buffer", numbers.randint(0, 2)], ["max", numbers.randint(5, 60)]]
            settings = dict(steps=shares)
        elif kind < 0.80:
            settings = dict(source="amazon_qty")
        elif kind < 0.86:
            settings = dict(source="level", steps=[])
        elif kind < 0.95:
            settings = dict(sync=False)
        else:
            settings = dict(sync=True)
        rules.append(rule(*where, **settings))
    return rules


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def text(one):
    """A rule in stockrule's language."""
    where = []
    for field, operator, value in one["where"]:
        field = FIELD.get(field, field)
        if operator == "in":
            where.append(f"{field} in ({','.join(map(quoted, value))})")
        else:
            where.append(f"{field}={quoted(value)}" if isinstance(value, str) else f"{field}{operator}{value}")
    settings = [SOURCE[one["from"]]] if one["from"] else []
    if one["steps"] == []:
        settings.append("level")
    settings += [f"{step} {number}%" if step == "share" else f"{step} {number}" for step, number in one["steps"] or []]
    if one["sync"] is not None:
        settings.append("sync on" if one["sync"] else "sync off")
    return ("where " + " and ".join(where) if where else "all") + ": " + "; ".join(settings) + "\n"


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    numbers = random.Random(9)
    skus = numbers.sample(range(1, 200_000), 9999)
    edited = json.loads(json.dumps(R12))
    edited[1]["steps"][1][1] = 6
    sets = {
        "r6": R6,
        "r12": R12,
        "r12b": edited,
        "r100": random_rules(100, 1, 2000),
        "r1000": random_rules(1000, 2, 150_000),
        "r10000": random_rules(10_000, 3, 200_000),
        "r10000k": random_rules(10_000, 3, 200_000, keyless=False),
        "sku10000": [R6[0]] + [rule(("sku", "=", sku(one)), steps=[["fixed", numbers.randint(0, 9)]]) for one in skus],
    }
    for name, rules in sets.items():
        with open(f"{folder}/{name}.json", "w") as file:
            json.dump(rules, file)
        with open(f"{folder}/{name}.rules", "w") as file:
            file.writelines(map(text, rules))


main()
