"""The expression language by itself: CEL with the extension set crm.v1.

    kith.cel.evaluate("price * 3", {"price": Decimal("12.50")})    # Decimal("37.50")

What is evaluated more than once is compiled first; see kith.Expression.
"""
from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from . import _core
from .expressions import (
    Completion,
    CostEstimate,
    Evaluation,
    Expression,
    ExpressionNode,
    complete,
)

__all__ = ["Completion", "CostEstimate", "Evaluation", "Expression", "ExpressionNode", "complete",
           "evaluate"]


def evaluate(expression: str, variables: Mapping[str, Any] | None = None,
             now: datetime | None = None) -> Any:
    """The value of an expression. `now` is what the expression reads as ``now``: no clock is.

    ExpressionSyntaxError and ExpressionTypeError know line and column; ExpressionFailed is a
    failure of evaluation, such as a division by zero, and knows its `error_class`, too.
    """
    return _core.evaluate(expression, dict(variables or {}), now)
