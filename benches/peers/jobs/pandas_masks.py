#!/usr/bin/env python3
"""pandas: the file is read by pyarrow, a mask a rule, later rules over earlier ones."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
from common import COLUMNS, arguments

ORDER = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}
STEPS = {
    "buffer": lambda count, number: count - number,
    "max": np.minimum,
    "share": lambda count, number: count * number // 100,
    "fixed": np.full_like,
}


def read(export):
    numbers = {name: pa.float64() for name in ("qty", "price", "amazon_qty")}
    pa.set_cpu_count(2)
    # The reader of pandas' own that uses pyarrow cannot be given `newlines_in_values`, which this file needs.
    table = pyarrow.csv.read_csv(
        export,
        read_options=pyarrow.csv.ReadOptions(block_size=8 << 20),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            include_columns=list(COLUMNS.values()),
            column_types={header: numbers.get(name, pa.string()) for name, header in COLUMNS.items()},
            null_values=[""],
            strings_can_be_null=True,
        ),
    )
    return table.to_pandas().rename(columns={header: name for name, header in COLUMNS.items()})


def main():
    export, rules, output = arguments()
    lines = read(export)
    first = lines["handle"].ne(lines["handle"].shift())
    has_sku = lines["sku"].notna().to_numpy()
    product = (first.cumsum().to_numpy() - 1)[has_sku]
    products = lines.loc[first, ["vendor", "type", "tags", "amazon_qty"]].reset_index(drop=True)
    variants = lines.loc[has_sku, ["sku", "qty", "price"]]
    sku, price = variants["sku"], variants["price"].to_numpy()
    qty = variants["qty"].fillna(0).to_numpy().astype("int64")
    amazon_qty = products["amazon_qty"].fillna(0).to_numpy().astype("int64")[product]
    coded = {field: pd.factorize(products[field]) for field in ("vendor", "type")}
    codes = {field: {value: code for code, value in enumerate(values)} for field, (_, values) in coded.items()}
    tags = ", " + products["tags"].fillna("") + ", "
    known = {}

    def of_products(field, value):
        if (field, value) not in known:
            if field == "tag":
                known[field, value] = tags.str.contains(f", {value}, ", regex=False).to_numpy(dtype=bool)
            else:
                known[field, value] = coded[field][0] == codes[field].get(value, -2)
        return known[field, value]

    def mask(rule):
        products_that_match, matches = None, np.ones(len(qty), bool)
        for field, operator, value in rule["where"]:
            values = value if operator == "in" else [value]
            if field in ("tag", "vendor", "type"):
                one = np.logical_or.reduce([of_products(field, each) for each in values])
                products_that_match = one if products_that_match is None else products_that_match & one
            elif field == "sku":
                matches &= sku.isin(values).to_numpy()
            else:
                matches &= ORDER[operator]({"price": price, "qty": qty}[field], value)
        return matches if products_that_match is None else matches & products_that_match[product]

    from_amazon_qty, sync = np.zeros(len(qty), bool), np.ones(len(qty), bool)
    steps_of = np.full(len(qty), -1, np.int32)
    for number, rule in enumerate(rules):
        matches = mask(rule)
        if rule["from"] is not None:
            from_amazon_qty[matches] = rule["from"] == "amazon_qty"
        if rule["steps"] is not None:
            steps_of[matches] = number
        if rule["sync"] is not None:
            sync[matches] = rule["sync"]
    count = np.where(from_amazon_qty, amazon_qty, qty)
    by_rule = np.argsort(steps_of, kind="stable")
    bounds = np.searchsorted(steps_of[by_rule], np.arange(len(rules) + 1))
    for number, rule in enumerate(rules):
        rows = by_rule[bounds[number] : bounds[number + 1]]
        for step, amount in rule["steps"] or []:
            count[rows] = STEPS[step](count[rows], amount)
    pd.DataFrame({"sku": sku[sync], "quantity": np.maximum(count, 0)[sync]}).to_csv(output, index=False)


main()
