#!/usr/bin/env python3
"""DuckDB, 2 threads: what a product's tags match is settled once a product and joined to its variants; then three CASE chains.

The export has line ends within quotes, which DuckDB's parallel reader refuses, so it is read by one thread; the rest uses both.
"""

import os

import duckdb
from common import COLUMNS, FEED_HEAD, arguments, by_setting, tags_in, writes_feed


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def main():
    export, rules, output = arguments()
    flags = {tag: f"tag{number}" for number, tag in enumerate(tags_in(rules))}

    def condition(rule):
        all_of = []
        for field, operator, value in rule["where"]:
            if field == "tag":
                all_of.append(flags[value])
            elif operator == "in":
                all_of.append(f"{field} IN ({','.join(map(quoted, value))})")
            elif isinstance(value, str):
                all_of.append(f"{field} = {quoted(value)}")
            else:
                all_of.append(f"{field} {operator} {value}")
        return " AND ".join(all_of) or "true"

    def steps(rule):
        count = "source"
        for step, number in rule["steps"]:
            count = {
                "buffer": f"({count}-{number})",
                "max": f"least({count},{number})",
                "share": f"({count}*{number}//100)",
                "fixed": f"{number}",
            }[step]
        return count

    def chain(rules, value, otherwise):
        cases = " ".join(f"WHEN {condition(rule)} THEN {value(rule)}" for rule in rules)
        return f"CASE {cases} ELSE {otherwise} END" if rules else otherwise

    database = duckdb.connect(config={"threads": 2})
    database.execute("SET preserve_insertion_order=false")
    with open(export, encoding="utf-8") as file:
        headers = file.readline().rstrip("\n").split(",")
    texts = "{" + ",".join(f"{quoted(header)}:'VARCHAR'" for header in headers) + "}"
    column = {name: f'"{header}"' for name, header in COLUMNS.items()}
    database.execute(f"""CREATE TEMP TABLE lines AS SELECT
        {column['handle']} handle, {column['vendor']} vendor, {column['type']} "type", {column['tags']} tags, {column['sku']} sku,
        CAST({column['qty']} AS INTEGER) qty, CAST({column['price']} AS DECIMAL(12,2)) price,
        CAST({column['amazon_qty']} AS INTEGER) amazon_qty
        FROM read_csv({quoted(export)}, auto_detect=false, header=true, delim=',', quote='"', escape='"', columns={texts},
        parallel=false)""")
    has_tag = "".join(f", contains(all_tags, {quoted(', ' + tag + ', ')}) {name}" for tag, name in flags.items())
    sources, decided_steps, syncs = by_setting(rules)
    source = chain(sources, lambda rule: "amazon_qty" if rule["from"] == "amazon_qty" else "qty", "qty")
    sync = chain(syncs, lambda rule: str(rule["sync"]).lower(), "true")
    result = f"""WITH
        products AS (SELECT handle, vendor, coalesce("type", '') AS "type", coalesce(amazon_qty, 0) amazon_qty {has_tag}
            FROM (SELECT *, ', ' || coalesce(tags, '') || ', ' all_tags FROM lines WHERE vendor IS NOT NULL)),
        variants AS (SELECT line.sku, line.qty, line.price, products.* EXCLUDE (handle)
            FROM (SELECT handle, sku, coalesce(qty, 0) qty, price FROM lines WHERE sku IS NOT NULL) line
            JOIN products USING (handle)),
        decided AS (SELECT *, {source} source, {sync} sync FROM variants)
        SELECT sku, greatest(0, {chain(decided_steps, steps, 'source')}) quantity FROM decided WHERE sync"""
    if not writes_feed():
        database.execute(f"COPY ({result}) TO {quoted(output)} (FORMAT CSV, HEADER)")
        return
    messages = output + ".messages"
    database.execute(f"""COPY (SELECT row_number() OVER () AS "messageId", sku, 'PATCH' AS "operationType",
        'PRODUCT' AS "productType", [{{'op':'merge','path':'/attributes/fulfillment_availability',
        'value':[{{'fulfillment_channel_code':'DEFAULT','quantity':quantity}}]}}] AS patches
        FROM ({result})) TO {quoted(messages)} (FORMAT JSON, ARRAY true)""")
    with open(output, "wb") as feed, open(messages, "rb") as source:
        feed.write(FEED_HEAD.encode())
        while block := source.read(1 << 20):
            feed.write(block)
        feed.write(b"}")
    os.remove(messages)


main()
