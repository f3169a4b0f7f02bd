"""Makes the emulator's S3 refuse notifications to functions that it may not invoke, as AWS does.

The emulator accepts them even if the function does not exist or its policy forbids them (seen in 1.5.33). Tests would then
not notice that a configuration cannot be restored once the function, or its permission, is deleted.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
"""

from ministack.services import lambda_svc, s3

from stack.emulator_rights import allows

validate = s3._validate_notification_configs


def may_invoke(arn: str, bucket: str) -> bool:
    """Whether the function exists and its policy allows S3 to invoke it for the bucket."""
    function, config, _ = lambda_svc._get_func_record_for_ref(arn)
    source = f"arn:aws:s3:::{bucket}"
    return bool(function and config) and allows(
        function["policy"], "s3.amazonaws.com", source, "lambda:InvokeFunction", config["FunctionArn"]
    )


def validate_functions(
    configs: list[dict], region: str, bucket: str = "", skip_destination_validation: bool = False
) -> tuple | None:
    """The error for a configuration with functions that S3 may not invoke; `None` for a valid one."""
    error = validate(configs, region, bucket, skip_destination_validation)
    if error or skip_destination_validation:
        return error
    unreachable = [
        config["arn"] for config in configs if config["type"] == "lambda" and not may_invoke(config["arn"], bucket)
    ]
    if not unreachable:
        return None
    return s3._invalid_notification_config(
        f"Unable to validate the following destination configurations: {', '.join(unreachable)}"
    )


def patch() -> None:
    """Changes the emulator, once, before it starts."""
    s3._validate_notification_configs = validate_functions
