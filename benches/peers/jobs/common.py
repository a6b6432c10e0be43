"""What the jobs share: the columns of a Shopify product export, and the rules in the neutral form that make_rules.py writes.

A rule is {"where": [[field, operator, value], …], "from": null | "level" | "amazon_qty", "steps": null | [[step, number], …],
"sync": null | true | false}. Fields: tag, vendor, type, sku (=, in), price and qty (<, <=, >, >=). Steps: buffer n (count - n),
max n, share n (percent of it, rounded down), fixed n. The last rule that matches and has a setting decides that setting; the result
is at least 0; a blank count is 0.
"""

import json
import os
import sys

COLUMNS = dict(
    handle="Handle",
    vendor="Vendor",
    type="Type",
    tags="Tags",
    sku="Variant SKU",
    qty="Variant Inventory Qty",
    price="Variant Price",
    amazon_qty="Amazon Qty (product.metafields.custom.amazon_qty)",
)
FEED_HEAD = '{"header":{"sellerId":"A1","version":"2.0","issueLocale":"en_US"},"messages":'


def arguments():
    """EXPORT.csv RULES.json OUTPUT"""
    export, rules, output = sys.argv[1:4]
    with open(rules) as file:
        return export, json.load(file), output


def writes_feed():
    """Whether Amazon's JSON feed is wanted, not a CSV."""
    return os.environ.get("FORMAT") == "json"


def by_setting(rules):
    """The rules that set a source, those that set steps, and those that set sync: the last rule first."""
    last_first = list(reversed(rules))
    return [[rule for rule in last_first if rule[key] is not None] for key in ("from", "steps", "sync")]


def tags_in(rules):
    return sorted({value for rule in rules for field, _, value in rule["where"] if field == "tag"})
