#!/usr/bin/env python3
"""Miller 6: one program in its own language, made from the rules. Its reader, chain and writer run side by side."""

import json
import subprocess

from common import COLUMNS, arguments, by_setting

VARIABLES = {"vendor": "@vendor", "type": "@type", "sku": "${Variant SKU}", "qty": "qty", "price": "${Variant Price}"}


def condition(rule):
    all_of = []
    for field, operator, value in rule["where"]:
        if field == "tag":
            all_of.append(f"haskey(@tags,{json.dumps(value)})")
        elif operator == "in":
            all_of.append("(" + " || ".join(f"{VARIABLES[field]} == {json.dumps(each)}" for each in value) + ")")
        else:
            all_of.append(f"{VARIABLES[field]} {'==' if operator == '=' else operator} {json.dumps(value)}")
    return " && ".join(all_of) or "true"


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


def chain(rules, action):
    text = ""
    for number, rule in enumerate(rules):
        if not rule["where"]:
            return text + (" else {" if number else "if (true) {") + action(rule) + "}\n"
        text += (" el" if number else "") + f"if ({condition(rule)}) {{{action(rule)}}}"
    return text + "\n"


def main():
    export, rules, output = arguments()
    sources, decided_steps, syncs = by_setting(rules)
    program = f"""begin {{ @handle="" }}
if ($Handle != @handle) {{
  @handle=$Handle; @vendor=$Vendor; @type=$Type; @amazon_qty=${{{COLUMNS['amazon_qty']}}};
  if (@amazon_qty == "") {{@amazon_qty=0}}
  @tags={{}};
  for (number,tag in splitax($Tags,", ")) {{ @tags[tag]=1 }}
}}
bool sync = ${{Variant SKU}} != "";
if (sync) {{
  var qty=${{Variant Inventory Qty}};
  if (qty == "") {{qty=0}}
  {chain(syncs, lambda rule: "sync=" + str(rule["sync"]).lower())}
  var count=qty;
  {chain(sources, lambda rule: "count=" + ("@amazon_qty" if rule["from"] == "amazon_qty" else "qty"))}
  if (sync) {{
    {chain(decided_steps, lambda rule: f"count={steps(rule)}")}
    $*={{"sku":${{Variant SKU}},"quantity":max(0,count)}}
  }}
}}
filter sync"""
    with open(output + ".mlr", "w") as file:
        file.write(program)
    command = ["mlr", "--csv", "--from", export, "cut", "-f", ",".join(COLUMNS.values()), "then", "put", "-f", output + ".mlr"]
    with open(output, "w") as file:
        subprocess.run(command, stdout=file, check=True)


main()
