"""Adds the parts of an API's definition that the emulator ignores: gateway.py STACK

When MiniStack imports the OpenAPI body of a REST API, it ignores the gateway responses and the responses of mock
integrations. AWS does not. This script adds both from the stack's own template by calls to the emulator, so that the local
stage answers as the deployed one.
"""

import sys

import boto3
from samcli.yamlhelper import yaml_parse

from failures import told
from stack.conditions import Decided, without_no_value
from stack.patience import limit_waiting

API = "MessageApi"


def put_gateway_responses(client, api: str, responses: dict) -> None:
    for kind, response in responses.items():
        status = {"statusCode": response["statusCode"]} if "statusCode" in response else {}
        client.put_gateway_response(
            restApiId=api,
            responseType=kind,
            responseParameters=response["responseParameters"],
            responseTemplates=response["responseTemplates"],
            **status,
        )


def put_mock(client, method: dict, integration: dict) -> None:
    """Adds the responses of a mock integration."""
    client.put_integration(**method, type="MOCK", requestTemplates=integration["requestTemplates"])
    for response in integration["responses"].values():
        status, parameters = response["statusCode"], response["responseParameters"]
        client.put_method_response(**method, statusCode=status, responseParameters=dict.fromkeys(parameters, False))
        client.put_integration_response(**method, statusCode=status, responseParameters=parameters)


def main() -> None:
    limit_waiting()
    stack = sys.argv[1]
    cloudformation, client = boto3.client("cloudformation"), boto3.client("apigateway")
    [deployed] = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    parameters = {parameter["ParameterKey"]: parameter["ParameterValue"] for parameter in deployed["Parameters"]}
    template = cloudformation.get_template(StackName=stack, TemplateStage="Original")["TemplateBody"]
    template = yaml_parse(template) if isinstance(template, str) else template
    resource = cloudformation.describe_stack_resource(StackName=stack, LogicalResourceId=API)["StackResourceDetail"]
    api = resource["PhysicalResourceId"]

    properties = template["Resources"][API]["Properties"]
    body = without_no_value(Decided(template, parameters).value(properties["DefinitionBody"]))
    put_gateway_responses(client, api, body["x-amazon-apigateway-gateway-responses"])
    resources = {found["path"]: found["id"] for found in client.get_resources(restApiId=api, limit=500)["items"]}
    for path, operations in body["paths"].items():
        for verb, operation in operations.items():
            integration = isinstance(operation, dict) and operation.get("x-amazon-apigateway-integration", {})
            if integration and integration["type"] == "mock":
                put_mock(
                    client, {"restApiId": api, "resourceId": resources[path], "httpMethod": verb.upper()}, integration
                )
    # A stage serves the definition as it was when its deployment was created.
    client.create_deployment(restApiId=api, stageName=properties["StageName"])


told(main)
