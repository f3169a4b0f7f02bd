"""Corrects the emulator's rights for PartiQL: a call needs the right for each of its statements, on its table.

The emulator requires `dynamodb:BatchExecuteStatement` on `*` (seen in 1.5.33), which is not an action of IAM. On AWS, and
with this module, a statement requires `dynamodb:PartiQLInsert`, `PartiQLUpdate`, `PartiQLDelete` or `PartiQLSelect` on its
table.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html
"""

import json
import re

from ministack.core import iam_actions

CALLS = ("dynamodb:BatchExecuteStatement", "dynamodb:ExecuteStatement", "dynamodb:ExecuteTransaction")
ACTIONS = {"insert": "PartiQLInsert", "update": "PartiQLUpdate", "delete": "PartiQLDelete", "select": "PartiQLSelect"}
STATEMENT = re.compile(
    r'\s*(insert\s+into|update|delete\s+from|select\b.*?\bfrom)\s+"?([\w.-]+)', re.IGNORECASE | re.DOTALL
)

of_transaction = iam_actions.dynamodb_transaction_checks


def checks(iam_action: str, body: bytes, region: str, account_id: str) -> list[tuple[str, str]]:
    """The actions and tables that a call needs rights for. Empty if a statement cannot be parsed."""
    if iam_action not in CALLS:
        return of_transaction(iam_action, body, region, account_id)
    request = json.loads(body or b"{}")
    statements = request.get("Statements") or request.get("TransactStatements") or [request]
    found = [STATEMENT.match(statement.get("Statement", "")) for statement in statements]
    if not all(found):
        return []
    return [
        (
            f"dynamodb:{ACTIONS[match[1].split()[0].lower()]}",
            iam_actions._dynamodb_table_arn(match[2], region, account_id),
        )
        for match in found
    ]


def patch() -> None:
    iam_actions.dynamodb_transaction_checks = checks
