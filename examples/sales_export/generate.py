#!/usr/bin/env python3
"""Writes the sample sales export: four CSV files in the shape a sales system gives them.

    python3 generate.py FOLDER [--deals 4000] [--seed 20240229]

The same arguments give the same bytes. The companies, people and products are invented. The data
is dirty on purpose, as real exports are:

  - one product is often misspelt ("TidePro"), which maps/sample/sales_pipeline.json mends;
    a few deals name a product that does not exist, and are rejected
  - one deal in six has no account; deals in Prospecting have no dates, open ones no value
  - one date in eight was written by a spreadsheet, month first; a few are no dates at all
  - a few opportunities come twice, a few rows lack a cell, a few values are not numbers
  - subsidiaries may come before their parent company
"""
import argparse
import csv
import datetime
import pathlib
import random

FIRST = ["Ada", "Bram", "Cleo", "Dario", "Edda", "Falk", "Greta", "Hugo", "Ines", "Joost", "Kaja",
         "Levi", "Mira", "Nils", "Oona", "Pavel", "Quinn", "Runa", "Sami", "Tilda", "Ugo", "Vera",
         "Willem", "Xenia", "Yara", "Zeno"]
LAST = ["Abelard", "Brandvold", "Castellan", "Dunmore", "Eskildsen", "Farrow", "Gillespy",
        "Hartigan", "Ibarra", "Jansma", "Kowal", "Lindqvist", "Marchetti", "Novak", "Okafor",
        "Pereira", "Quist", "Rasmussen", "Salonen", "Tveit", "Ueda", "Valdez", "Wexley",
        "Zielinski"]
MANAGERS = {"Harriet Bloom": "North", "Tomas Vance": "North", "Ingrid Sol": "South",
            "Marcus Pell": "South", "Noor Haddad": "Coast", "Petra Lund": "Coast"}
AGENTS_PER_MANAGER = 5
PRODUCTS = [("Tide Basic", "Tide", 480), ("Tide Pro", "Tide", 3900), ("Tide Max", "Tide", 6200),
            ("Ridge One", "Ridge", 75), ("Ridge Plus", "Ridge", 1150),
            ("Summit 9", "Summit", 21500)]
POPULARITY = [26, 24, 9, 22, 18, 1]
NO_SUCH_PRODUCTS = ["Tide Ultra", "Rigde One", "Summit"]
STEMS = ["Amber", "Birch", "Copper", "Delta", "Ember", "Fjord", "Granite", "Heron", "Indigo",
         "Juniper", "Kestrel", "Lumen", "Meadow", "Nimbus", "Onyx", "Pine", "Quarry", "Raven",
         "Silver", "Thistle", "Umber", "Vesper", "Willow", "Zephyr"]
TAILS = ["Logistics", "Foods", "Labs", "Outfitters", "Media", "Health", "Freight", "Works"]
SECTORS = ["retail", "medical", "software", "finance", "marketing", "logistics", "services"]
COUNTRIES = ["United States", "Canada", "Portugal", "Finland", "Chile", "Japan"]
ACCOUNTS = 90
SUBSIDIARIES = 16
FIRST_DAY = datetime.date(2023, 10, 2)
LAST_DAY = datetime.date(2024, 12, 31)


class Dice:
    """Choices made from random() alone, the one method whose sequence Python guarantees."""

    def __init__(self, seed):
        self._random = random.Random(seed).random

    def below(self, n):
        return int(self._random() * n)

    def between(self, low, high):
        return low + self.below(high - low + 1)

    def one_in(self, n):
        return self.below(n) == 0

    def pick(self, items):
        return items[self.below(len(items))]

    def weighted(self, items, weights):
        at = self._random() * sum(weights)
        for item, weight in zip(items, weights, strict=True):
            at -= weight
            if at < 0:
                return item
        return items[-1]

    def shuffled(self, items):
        items = list(items)
        for i in range(len(items) - 1, 0, -1):
            j = self.below(i + 1)
            items[i], items[j] = items[j], items[i]
        return items


def make_teams(dice):
    names = dice.shuffled(f"{first} {last}" for first in FIRST for last in LAST)
    return [(names.pop(), manager, region)
            for manager, region in MANAGERS.items() for _ in range(AGENTS_PER_MANAGER)]


def make_accounts(dice):
    names = dice.shuffled(f"{stem} {tail}" for stem in STEMS for tail in TAILS)[:ACCOUNTS]
    parents, children = names[:-SUBSIDIARIES], names[-SUBSIDIARIES:]
    parent_of = {child: dice.pick(parents[:8]) for child in children}
    rows = []
    for name in dice.shuffled(names):
        revenue = f"{dice.between(20, 6000)}.{dice.between(0, 99):02d}"
        country = dice.weighted(COUNTRIES, [70, 10, 6, 5, 5, 4])
        rows.append((name, dice.pick(SECTORS), dice.between(1975, 2019), revenue,
                     dice.between(12, 9000), country, parent_of.get(name, "")))
    return rows


def date_text(dice, day):
    if dice.one_in(8):
        return f"{day.month}/{day.day}/{day.year}"
    return day.isoformat()


def make_deal(dice, agents, accounts):
    identifier = "".join(dice.pick("ABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(8))
    product, _, price = dice.weighted(PRODUCTS, POPULARITY)
    stage = dice.weighted(["Won", "Lost", "Engaging", "Prospecting"], [46, 28, 19, 7])
    account = "" if dice.one_in(6) else dice.pick(accounts)
    engaged = closed = value = ""
    if stage != "Prospecting":
        span = (LAST_DAY - FIRST_DAY).days
        start = FIRST_DAY + datetime.timedelta(days=dice.below(span - 140))
        engaged = date_text(dice, start)
        if stage in ("Won", "Lost"):
            end = max(start + datetime.timedelta(days=dice.between(3, 139)),
                      datetime.date(2024, 1, dice.between(2, 31)))
            closed = date_text(dice, end)
            value = price * dice.between(80, 118) // 100 if stage == "Won" else 0
    if product == "Tide Pro" and not dice.one_in(3):
        product = "TidePro"
    return [identifier, dice.pick(agents), product, account, stage, engaged, closed, value]


def spoil(dice, rows):
    """A handful of rows that no mapping can mend, each in one way."""
    count = max(len(rows) // 800, 1)
    closed = [i for i, row in enumerate(rows) if row[6] and row[0]]
    chosen = dice.shuffled(closed)[:count * 5]
    for n, i in enumerate(chosen):
        kind = n % 5
        if kind == 0:
            rows[i][2] = dice.pick(NO_SUCH_PRODUCTS)
        elif kind == 1:
            rows[i][6] = dice.pick(["2024-02-30", "soon", "31.12."])
        elif kind == 2:
            rows[i][7] = dice.pick(["n/a", "12OO", "1.2.3"])
        elif kind == 3:
            del rows[i][7]
        else:
            rows[i][1] = ""
    for i in dice.shuffled(range(len(rows) // 2))[:count]:
        rows.insert(len(rows) // 2 + dice.below(len(rows) // 2), list(rows[i]))


def write(path, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def main():
    parser = argparse.ArgumentParser(description="Write the sample sales export.")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--deals", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=20240229)
    arguments = parser.parse_args()
    if arguments.deals < 100:
        parser.error("--deals must be at least 100")
    dice = Dice(arguments.seed)
    teams = make_teams(dice)
    accounts = make_accounts(dice)
    agents = [team[0] for team in teams]
    names = [account[0] for account in accounts]
    deals = [make_deal(dice, agents, names) for _ in range(arguments.deals)]
    spoil(dice, deals)
    folder = arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "sales_teams.csv", ["sales_agent", "manager", "regional_office"], teams)
    write(folder / "products.csv", ["product", "series", "sales_price"], PRODUCTS)
    write(folder / "accounts.csv", ["account", "sector", "year_established", "revenue", "employees",
                                    "office_location", "subsidiary_of"], accounts)
    write(folder / "sales_pipeline.csv", ["opportunity_id", "sales_agent", "product", "account",
                                          "deal_stage", "engage_date", "close_date",
                                          "close_value"], deals)
    print(f"{len(teams)} agents, {len(PRODUCTS)} products, {len(accounts)} accounts and "
          f"{len(deals)} rows of deals in {folder}")


if __name__ == "__main__":
    main()
