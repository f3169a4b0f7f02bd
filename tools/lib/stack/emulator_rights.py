"""Decides with the emulator's own evaluation whether a resource's policy allows an AWS service an action."""

from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy
from ministack.core.responses import get_account_id, get_region


def allows(policy: str | dict | None, service: str, source: str, action: str, arn: str) -> bool:
    """Whether a policy allows a service this action on a resource, on behalf of the ARN `source` of this account."""
    context = EvalContext(
        principal_arn="*",
        principal_type="Service",
        principal_account="",
        action=action,
        resource_arn=arn,
        region=get_region(),
        service_context={"aws:sourcearn": source, "aws:sourceaccount": get_account_id()},
    )
    return evaluate_resource_policy(policy, context, service=service).decision == "Allow"
