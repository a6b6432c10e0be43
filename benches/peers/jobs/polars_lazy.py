#!/usr/bin/env python3
"""Polars, lazy and streaming: a column of flags a tag, then three when-then-otherwise chains."""

import polars as pl
from common import COLUMNS, FEED_HEAD, arguments, by_setting, tags_in, writes_feed

COMPARE = {"<": pl.Expr.lt, "<=": pl.Expr.le, ">": pl.Expr.gt, ">=": pl.Expr.ge, "=": pl.Expr.eq, "in": pl.Expr.is_in}


def main():
    export, rules, output = arguments()
    first_of_product = pl.col("handle") != pl.col("handle").shift(1).fill_null("")

    def inherited(column):
        return pl.when(first_of_product).then(pl.col(column).fill_null("")).forward_fill()

    columns = {name: pl.col(header) for name, header in COLUMNS.items()}
    columns.update(qty=columns["qty"].cast(pl.Int64), price=columns["price"].cast(pl.Float64))
    shop = (
        pl.scan_csv(export, infer_schema=False, low_memory=False)
        .select(**columns)
        .with_columns(
            vendor=inherited("vendor"),
            type=inherited("type"),
            tags=", " + inherited("tags") + ", ",
            amazon_qty=inherited("amazon_qty"),
        )
        .filter(pl.col("sku").is_not_null())
        .with_columns(
            amazon_qty=pl.col("amazon_qty").cast(pl.Int64, strict=False).fill_null(0),
            qty=pl.col("qty").fill_null(0),
        )
    )
    flags = {tag: f"tag{number}" for number, tag in enumerate(tags_in(rules))}
    has_tag = {name: pl.col("tags").str.contains(f", {tag}, ", literal=True) for tag, name in flags.items()}
    shop = shop.with_columns(**has_tag)

    def condition(rule):
        all_of = None
        for field, operator, value in rule["where"]:
            one = pl.col(flags[value]) if field == "tag" else COMPARE[operator](pl.col(field), value)
            all_of = one if all_of is None else all_of & one
        return pl.lit(True) if all_of is None else all_of

    def steps(rule):
        count = pl.col("source")
        for step, number in rule["steps"]:
            if step == "buffer":
                count = count - number
            elif step == "max":
                count = pl.min_horizontal(count, pl.lit(number, pl.Int64))
            elif step == "share":
                count = (count * number) // 100
            else:
                count = pl.lit(number, pl.Int64)
        return count

    def chain(rules, value, otherwise):
        cases = None
        for rule in rules:
            cases = (pl if cases is None else cases).when(condition(rule)).then(value(rule))
            if not rule["where"]:
                break
        return otherwise if cases is None else cases.otherwise(otherwise)

    sources, decided_steps, syncs = by_setting(rules)
    result = (
        shop.with_columns(
            source=chain(sources, lambda rule: pl.col("amazon_qty" if rule["from"] == "amazon_qty" else "qty"), pl.col("qty")),
            sync=chain(syncs, lambda rule: pl.lit(rule["sync"]), pl.lit(True)),
        )
        .filter(pl.col("sync"))
        .select("sku", quantity=chain(decided_steps, steps, pl.col("source")).clip(lower_bound=0))
    )
    if not writes_feed():
        result.sink_csv(output, engine="streaming")
        return
    message = pl.concat_str(
        pl.lit('{"messageId":'),
        pl.col("number").cast(pl.String),
        pl.lit(',"sku":"'),
        pl.col("sku"),
        pl.lit('","operationType":"PATCH","productType":"PRODUCT","patches":[{"op":"merge","path":"/attributes/'),
        pl.lit('fulfillment_availability","value":[{"fulfillment_channel_code":"DEFAULT","quantity":'),
        pl.col("quantity").cast(pl.String),
        pl.lit("}]}]}"),
    )
    messages = result.with_row_index("number", offset=1).select(message).collect(engine="streaming")
    with open(output, "w") as file:
        file.write(FEED_HEAD + "[\n" + ",\n".join(messages.to_series().to_list()) + "\n]}\n")


main()
