#!/usr/bin/env python3
"""GoRules ZEN, a rule engine: three decision tables of which the first row that matches decides, 1,000 variants a call, 2 processes."""

import json
import os
from multiprocessing import get_context

import zen
from common import arguments, by_setting
from python_csv import variants

PROCESSES, A_CALL = 2, 1000


def condition(rule):
    all_of = []
    for field, operator, value in rule["where"]:
        written = json.dumps(value, ensure_ascii=False)
        if field == "tag":
            all_of.append(f"{written} in tags")
        elif operator == "in":
            all_of.append(f"{field} in {written}")
        else:
            all_of.append(f"{field} {'==' if operator == '=' else operator} {written}")
    return " and ".join(all_of)


def steps(rule):
    count = "source"
    for step, number in rule["steps"]:
        count = {
            "buffer": f"({count}-{number})",
            "max": f"min([{count},{number}])",
            "share": f"floor({count}*{number}/100)",
            "fixed": f"{number}",
        }[step]
    return f"max([0,{count}])"


def table(name, rules, output, value, otherwise):
    rows = [{"_id": f"{name}{number}", "if": condition(rule), "then": value(rule)} for number, rule in enumerate(rules)]
    if not rules or rules[-1]["where"]:
        rows.append({"_id": f"{name}-otherwise", "if": "", "then": otherwise})
    content = dict(
        hitPolicy="first",
        passThrough=True,
        executionMode="loop",
        inputField="rows",
        outputPath="rows",
        inputs=[dict(id="if", name="if", field="")],
        outputs=[dict(id="then", name="then", field=output)],
        rules=rows,
    )
    return dict(id=name, type="decisionTableNode", name=name, content=content)


def graph(rules):
    sources, decided_steps, syncs = by_setting(rules)
    nodes = [
        dict(id="in", type="inputNode", name="in"),
        table("source", sources, "source", lambda rule: "amazon_qty" if rule["from"] == "amazon_qty" else "qty", "qty"),
        table("sync", syncs, "sync", lambda rule: str(rule["sync"]).lower(), "true"),
        table("quantity", decided_steps, "quantity", steps, "max([0,source])"),
        dict(id="out", type="outputNode", name="out"),
    ]
    pairs = zip(nodes, nodes[1:])
    edges = [dict(id=f"{a['id']}-{b['id']}", type="edge", sourceId=a["id"], targetId=b["id"]) for a, b in pairs]
    return dict(nodes=nodes, edges=edges)


def work(task):
    export, rules, output, mine = task
    decision = zen.ZenEngine().create_decision(json.dumps(graph(rules)))
    rows = []
    with open(output, "w") as file:

        def decide():
            for row, decided in zip(rows, decision.evaluate({"rows": rows})["result"]["rows"]):
                if decided["sync"]:
                    file.write(f"{row['sku']},{int(decided['quantity'])}\n")
            rows.clear()

        for number, (vendor, kind, tags, sku, qty, price, amazon_qty) in enumerate(variants(export)):
            if (number >> 8) % PROCESSES != mine:
                continue
            rows.append(dict(vendor=vendor, type=kind, tags=list(tags), sku=sku, qty=qty, price=price, amazon_qty=amazon_qty))
            if len(rows) >= A_CALL:
                decide()
        if rows:
            decide()


def main():
    export, rules, output = arguments()
    tasks = [(export, rules, f"{output}.{number}", number) for number in range(PROCESSES)]
    with get_context("fork").Pool(PROCESSES) as pool:
        pool.map(work, tasks)
    with open(output, "w") as file:
        file.write("sku,quantity\n")
        for _, _, part, _ in tasks:
            with open(part) as lines:
                file.write(lines.read())
            os.remove(part)


main()
