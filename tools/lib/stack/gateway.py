"""Makes up for what the emulator leaves out of an API's definition: gateway.py STACK.

When MiniStack imports the OpenAPI body of a REST API, it passes over the gateway responses and over what a mock integration
answers. AWS does not. So that the local stage answers as the deployed one does, both are put there by calls of the
emulator's API, with what the stack's own template says.
"""

import re
import sys

import boto3
from samcli.yamlhelper import yaml_parse

from failures import told
from stack.patience import limit_waiting

API = "MessageApi"
NO_VALUE = {"Ref": "AWS::NoValue"}


def without_no_value(value):
    """The value as CloudFormation has it: what is AWS::NoValue is not there."""
    if isinstance(value, dict):
        return {name: without_no_value(member) for name, member in value.items() if member != NO_VALUE}
    if isinstance(value, list):
        return [without_no_value(element) for element in value if element != NO_VALUE]
    return value


class Decided:
    """A template's conditions and texts, with the parameters that a stack was deployed with."""

    def __init__(self, template: dict, parameters: dict[str, str]) -> None:
        self.conditions = template["Conditions"]
        self.parameters = parameters

    def holds(self, condition: dict) -> bool:
        """Whether a condition holds. These two functions are all that the template's conditions are made of."""
        [(function, arguments)] = condition.items()
        if function == "Fn::Not":
            return not self.holds(arguments[0])
        if function == "Fn::Equals":
            first, second = map(self.value, arguments)
            return first == second
        raise ValueError(f"a condition of the template is made with {function}, which gateway.py does not know")

    def value(self, value):
        """A value with its conditions decided and its parameters put in. What is made of resources stays as it is."""
        if isinstance(value, list):
            return [self.value(element) for element in value]
        if not isinstance(value, dict):
            return value
        if "Fn::If" in value:
            name, then, otherwise = value["Fn::If"]
            return self.value(then if self.holds(self.conditions[name]) else otherwise)
        if "Ref" in value:
            return self.parameters.get(value["Ref"], value)
        if "Fn::Sub" in value:
            return re.sub(r"\$\{(\w+)}", lambda name: self.parameters.get(name[1], name[0]), value["Fn::Sub"])
        return {name: self.value(member) for name, member in value.items()}


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
    """What a mock integration answers."""
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
    # A stage serves what was there when its deployment was made.
    client.create_deployment(restApiId=api, stageName=properties["StageName"])


told(main)
