"""The emulator's CloudFormation cannot delete a table that is protected, as AWS's cannot.

It deletes it, whatever `DeletionProtectionEnabled` says (seen in 1.5.33; its DeleteTable refuses). Nobody would notice there
that a first deployment with a protected table cannot be rolled back: docs/decisions/first-deployment.md.
"""

from ministack.services import dynamodb
from ministack.services.cloudformation import provisioners

HANDLERS = provisioners._RESOURCE_HANDLERS["AWS::DynamoDB::Table"]

delete = HANDLERS["delete"]


def delete_unprotected(name: str, properties: dict) -> None:
    """Deletes a table that a stack has made, unless it is protected. What a template says may be a text."""
    if str(dynamodb._tables.get(name, {}).get("DeletionProtectionEnabled")).lower() == "true":
        raise ValueError(f"Resource cannot be deleted as it is currently protected against deletion: table {name}")
    delete(name, properties)


def patch() -> None:
    """Has the emulator do so."""
    HANDLERS["delete"] = delete_unprotected
