"""The emulator's S3 refuses notifications to functions that it may not invoke, as AWS's does.

It takes them, whether or not the function is there and whatever its policy says (seen in 1.5.33). Nobody would notice there that a
configuration cannot be put back once the function, or its permission, is gone.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
"""

from ministack.services import lambda_svc, s3

from stack.emulator_rights import allows

validate = s3._validate_notification_configs


def may_invoke(arn: str, bucket: str) -> bool:
    """Whether there is a function of this ARN, and it lets S3 in for the bucket."""
    function, config, _ = lambda_svc._get_func_record_for_ref(arn)
    source = f"arn:aws:s3:::{bucket}"
    return bool(function and config) and allows(
        function["policy"], "s3.amazonaws.com", source, "lambda:InvokeFunction", config["FunctionArn"]
    )


def validate_functions(
    configs: list[dict], region: str, bucket: str = "", skip_destination_validation: bool = False
) -> tuple | None:
    """The answer to a configuration that names what cannot be told; none to a good one."""
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
    """Has the emulator do so."""
    s3._validate_notification_configs = validate_functions
