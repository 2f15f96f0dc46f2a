"""What the tests of the Python package share: a fixed time, and a model with every type."""
from datetime import UTC, datetime
from typing import Any

NOW = datetime(2017, 3, 1, 9, 30, tzinfo=UTC)

#: One entity type with a field of every type, and one that refers to it.
EVERY_TYPE: dict[str, Any] = {
    "kith_model": 1,
    "name": "every_type",
    "entities": {
        "sample": {
            "title": "name",
            "fields": {
                "name": {"type": "text", "required": True, "unique": True, "max_length": 100},
                "flag": {"type": "bool"},
                "seats": {"type": "int"},
                "ratio": {"type": "float"},
                "price": {"type": "decimal", "scale": 4},
                "fee": {"type": "money"},
                "color": {"type": "choice", "options": ["red", "green"]},
                "colors": {"type": "multi_choice", "options": ["red", "green", "blue"]},
                "day": {"type": "date"},
                "moment": {"type": "timestamp"},
                "span": {"type": "duration"},
                "blob": {"type": "bytes"},
                "extra": {"type": "json"},
                "parent": {"type": "reference", "to": "sample", "inverse": "children",
                           "on_delete": "clear"},
                "friends": {"type": "reference_list", "to": "sample", "inverse": "friend_of",
                            "on_delete": "clear"},
            },
            "rules": {
                "seats_not_negative": {
                    "check": "!has(r.seats) || r.seats >= 0",
                    "message": "The seats cannot be negative",
                    "field": "seats",
                },
            },
        },
    },
}


def fixed_clock() -> datetime:
    return NOW
