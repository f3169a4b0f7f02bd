"""Makes the emulator's CloudFormation refuse to delete a protected table, as AWS does.

The emulator ignores `DeletionProtectionEnabled` there (seen in 1.5.33; its DeleteTable heeds it). Tests would then not notice
that a first deployment with a protected table cannot be rolled back: docs/decisions/first-deployment.md.
"""

from ministack.services import dynamodb
from ministack.services.cloudformation import provisioners

HANDLERS = provisioners._RESOURCE_HANDLERS["AWS::DynamoDB::Table"]

delete = HANDLERS["delete"]


def delete_unprotected(name: str, properties: dict) -> None:
    """Deletes a stack's table unless it is protected. A template's value may be a text instead of a boolean."""
    if str(dynamodb._tables.get(name, {}).get("DeletionProtectionEnabled")).lower() == "true":
        raise ValueError(f"Resource cannot be deleted as it is currently protected against deletion: table {name}")
    delete(name, properties)


def patch() -> None:
    """Changes the emulator, once, before it starts."""
    HANDLERS["delete"] = delete_unprotected
