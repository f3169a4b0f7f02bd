"""Makes the emulator's EventBridge rules need a function's permission and invoke it asynchronously, as on AWS.

The emulator invokes a function once, whatever its policy says and whether or not the function fails (seen in 1.5.33). With
this module the function's policy must allow the rule. If it does, the event is handled like an event of S3: it is retried,
and an event that the function fails on for good goes to the function's destination. If it does not, EventBridge sends the
event to the dead-letter queue of the rule's target, if that queue's policy allows the rule.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
"""

import json

from ministack.services import eventbridge, lambda_svc, sqs

from stack.emulator_rights import allows

SERVICE = "events.amazonaws.com"
invoke_target = eventbridge._invoke_target


def lets_in(policy: str | dict | None, rule: dict, action: str, arn: str) -> bool:
    """Whether a resource's policy allows a rule this action."""
    return allows(policy, SERVICE, rule["Arn"], action, arn)


def give_up(target: dict, event: str, rule: dict, code: str) -> None:
    """Sends an event to the dead-letter queue of a target, if the target has one that accepts it."""
    arn = (target.get("DeadLetterConfig") or {}).get("Arn", "")
    queue = sqs._queue_by_arn(arn)
    if not queue or not lets_in(queue["attributes"].get("Policy"), rule, "sqs:SendMessage", arn):
        return
    attributes = {"RULE_ARN": rule["Arn"], "TARGET_ARN": target["Arn"], "ERROR_CODE": code, "RETRY_ATTEMPTS": "0"}
    message = {
        "QueueUrl": queue["url"],
        "MessageBody": event,
        "MessageAttributes": {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()},
    }
    sqs._HANDLERS["SendMessage"](message, queue["url"])


def invoke(target: dict, event: dict, rule: dict, view=None) -> None:
    """Invokes a rule's target with an event that the rule matches."""
    arn = target.get("Arn", "")
    function, config, _ = lambda_svc._get_func_record_for_ref(arn) if ":lambda:" in arn else (None, None, None)
    if not function or not config:
        invoke_target(target, event, rule, view)
        return
    payload = (view or eventbridge._pattern_event_view(event)).event_with_detail()
    if lets_in(function["policy"], rule, "lambda:InvokeFunction", config["FunctionArn"]):
        lambda_svc.invoke_async_with_retry(lambda_svc._execution_record_for_config(function, config), payload)
    else:
        give_up(target, json.dumps(payload), rule, "NO_PERMISSIONS")


def patch() -> None:
    eventbridge._invoke_target = invoke
