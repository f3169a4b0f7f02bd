"""Tests of the templates' effects on an account that an emulator does not show. They need no stack."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from samcli.commands.deploy.deploy_context import DeployContext
from samcli.commands.deploy.guided_context import GuidedContext

from repository import ROOT
from stack import architecture
from stack.templates import merged, of_type, read, root
from stack.transformed import deployed, transformed

# The transform needs a region, although it calls nothing.
os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
TEMPLATE = transformed()
EXTRACTOR = "S3ToSqsFunction"
# The longest stack name that CloudFormation allows, and a region name longer than any real one.
LONGEST_STACK, LONGEST_REGION = "s" * 128, "r" * 20
# The names that contain the stack's name, and the documented maximum length of each.
NAMES = (
    ("AWS::SNS::Topic", "DisplayName", 100),
    ("AWS::Logs::LogGroup", "LogGroupName", 512),
    ("AWS::Lambda::LayerVersion", "LayerName", 140),
    ("AWS::CloudWatch::Dashboard", "DashboardName", 255),
    ("AWS::Logs::QueryDefinition", "Name", 255),
)


def properties(name: str, **given: str) -> dict:
    """The properties of a resource of a stack with these parameters."""
    return deployed(TEMPLATE, **given)[name]["Properties"]


class FirstDeployment(unittest.TestCase):
    """docs/decisions/first-deployment.md"""

    def test_what_holds_the_data_stays_in_the_account_unless_its_creation_is_rolled_back(self) -> None:
        resources = deployed(TEMPLATE)
        for name in ("MessageTable", "DataBucket"):
            self.assertEqual(resources[name]["DeletionPolicy"], "RetainExceptOnCreate", name)
            self.assertEqual(resources[name]["UpdateReplacePolicy"], "Retain", name)

    def test_a_rollback_can_delete_the_table_unless_somebody_protects_it(self) -> None:
        self.assertEqual(properties("MessageTable")["DeletionProtectionEnabled"], "false")
        protected = properties("MessageTable", TableDeletionProtection="true")
        self.assertEqual(protected["DeletionProtectionEnabled"], "true")

    def test_only_what_other_stacks_need_outlives_a_failed_first_deployment(self) -> None:
        for logs, needed in (("OFF", set()), ("SET_UP", {"ApiGatewayAccount", "ApiGatewayLogRole"})):
            resources = deployed(TEMPLATE, ApiAccessLogs=logs)
            retained = {name for name, resource in resources.items() if resource.get("DeletionPolicy") == "Retain"}
            self.assertEqual(retained, needed, logs)


class EventBus(unittest.TestCase):
    def test_a_deployment_proves_the_bus_by_a_rule_that_does_nothing(self) -> None:
        for bus in ("default", "events-of-mine"):
            rule = properties("EventBusProof", EventBusName=bus)
            self.assertEqual((rule["EventBusName"], rule["State"]), (bus, "DISABLED"))
            self.assertNotIn("Targets", rule)
            function = properties("S3ToSqsFunction", EventBusName=bus)
            self.assertEqual(function["Environment"]["Variables"]["EVENT_BUS"], bus)


class Policies(unittest.TestCase):
    def test_descriptions_of_managed_policies_are_word_for_word_as_they_were(self) -> None:
        """CloudFormation replaces a policy whose description changes, and its users keep the old one."""
        descriptions = {
            name: policy.get("Description") for name, policy in of_type(root(), "AWS::IAM::ManagedPolicy").items()
        }
        self.assertEqual(
            descriptions,
            {
                "ReaderPolicy": "List and get messages through the API.",
                "WriterPolicy": "Post, put and delete messages through the API.",
                "TracingPolicy": "Send traces to X-Ray, which has no resources to name.",
            },
        )
        for name, policy in of_type(root(), "AWS::IAM::ManagedPolicy").items():
            # Another name or path would also replace the policy.
            self.assertEqual(policy.keys(), {"Description", "PolicyDocument"}, name)


class Extractor(unittest.TestCase):
    def test_its_concurrency_is_bounded_when_somebody_asks_for_it(self) -> None:
        self.assertNotIn("ReservedConcurrentExecutions", properties(EXTRACTOR))
        bounded = properties(EXTRACTOR, ExtractorMaximumConcurrency="50")
        self.assertEqual(bounded["ReservedConcurrentExecutions"], "50")

    def test_an_upload_waits_for_its_turn_as_long_as_lambda_lets_it(self) -> None:
        invocation = properties(f"{EXTRACTOR}EventInvokeConfig")
        self.assertEqual(invocation["MaximumEventAgeInSeconds"], 6 * 3600)
        self.assertIn("OnFailure", invocation["DestinationConfig"])


class LogLevels(unittest.TestCase):
    def test_a_function_is_told_its_level_and_lambda_lets_every_line_through(self) -> None:
        """A line of metrics has no level, so Lambda treats it as INFO."""
        levels = {"LogLevel": "WARN", "S3ToSqsLogLevel": "DEBUG", "SqsToDynamoDbLogLevel": "ERROR", "ApiLogLevel": ""}
        for given in ({}, levels):
            resources = deployed(TEMPLATE, **given)
            functions = {
                name: resource["Properties"]
                for name, resource in resources.items()
                if resource["Type"] == "AWS::Lambda::Function"
            }
            self.assertEqual(len(functions), 7)
            for name, function in functions.items():
                self.assertEqual(function["LoggingConfig"]["ApplicationLogLevel"], "TRACE", name)
                own = {EXTRACTOR: "DEBUG", "SqsToDynamoDbFunction": "ERROR"}.get(name, "WARN") if given else "INFO"
                self.assertEqual(function["Environment"]["Variables"]["LOG_LEVEL"], own, name)


class Alarms(unittest.TestCase):
    def test_the_end_is_told_of_alarms_that_last_as_long_as_their_cause(self) -> None:
        """A new alarm changes from no data to OK. An alarm with an action for OK would send an e-mail then."""
        alarms = of_type(merged(), "AWS::CloudWatch::Alarm")
        self.assertEqual(
            {name for name, alarm in alarms.items() if "OKActions" in alarm},
            {
                "DeadLetterQueueNotEmptyAlarm",
                "OldestMessageAlarm",
                "MessagesComeBackAlarm",
                "TableWriteThrottlesAlarm",
                "TableReadThrottlesAlarm",
                "ApiServerErrorsAlarm",
                "ApiLatencyAlarm",
            },
        )


class Names(unittest.TestCase):
    def test_the_longest_name_of_a_stack_fits_into_every_name_that_is_made_of_it(self) -> None:
        template = merged() | {"Resources": merged()["Resources"] | TEMPLATE["Resources"]}
        for name, resource in template["Resources"].items():
            for kind, key, most in NAMES:
                if resource["Type"] == kind:
                    value = resource["Properties"][key]
                    text = value["Fn::Sub"] if isinstance(value, dict) else value
                    text = re.sub(r"\$\{(AWS::StackName|Stack)}", LONGEST_STACK, text)
                    text = text.replace("${AWS::Region}", LONGEST_REGION)
                    self.assertLessEqual(len(text), most, name)

    def test_no_role_is_named_and_nothing_exported(self) -> None:
        """A named role needs CAPABILITY_NAMED_IAM. A stack whose exports are imported cannot be changed or deleted."""
        for template in (root(), read(ROOT / "observability" / "template.yaml")):
            for name, output in template.get("Outputs", {}).items():
                self.assertNotIn("Export", output, name)
        for kind, key in (("AWS::IAM::Role", "RoleName"), ("AWS::IAM::ManagedPolicy", "ManagedPolicyName")):
            for name, resource in of_type(merged(), kind).items():
                self.assertNotIn(key, resource, name)


class Dependencies(unittest.TestCase):
    def test_no_resource_depends_by_name_on_one_that_a_condition_leaves_out(self) -> None:
        resources = merged()["Resources"]
        for name, resource in resources.items():
            depends = resource.get("DependsOn", [])
            for other in [depends] if isinstance(depends, str) else depends:
                condition = resources[other].get("Condition")
                self.assertIn(condition, (None, resource.get("Condition")), f"{name} on {other}")

    def test_the_stage_that_logs_comes_after_the_role_of_the_account(self) -> None:
        for logs, comes_after in (("SET_UP", True), ("ON", False), ("OFF", False)):
            variables = properties("MessageApiProdStage", ApiAccessLogs=logs).get("Variables")
            self.assertEqual(variables, {"AccessLogs": {"Ref": "ApiGatewayAccount"}} if comes_after else None, logs)

    def test_the_role_of_the_account_comes_after_an_api(self) -> None:
        """AWS refuses it in an account that never had an API."""
        self.assertEqual(merged()["Resources"]["ApiGatewayAccount"]["DependsOn"], "MessageApi")


class Api(unittest.TestCase):
    def test_other_hosts_of_its_domain_are_left_alone(self) -> None:
        """For an API at example.com, includeSubDomains would forbid plain HTTP on every host of the domain for two years."""
        for file in ("template.yaml", "docs/openapi.yaml", "functions/api/src/response.rs"):
            text = (ROOT / file).read_text(encoding="utf-8")
            self.assertIn("max-age=63072000", text, file)
            self.assertNotIn("includeSubDomains", text, file)


class Parameters(unittest.TestCase):
    def test_sam_deploy_keeps_what_a_stack_was_given_before(self) -> None:
        """docs/operations.md says so: a new default does not change an existing stack."""
        values = DeployContext.merge_parameters(root(), {"DataPackage": ""})
        sent = {value.pop("ParameterKey"): value for value in values}
        self.assertEqual(sent.pop("DataPackage"), {"ParameterValue": ""})
        others = root()["Parameters"].keys() - {"DataPackage"}
        self.assertEqual(sent, {name: {"UsePreviousValue": True} for name in others})

    def test_guided_offers_the_defaults_whatever_the_stack_has(self) -> None:
        """For this reason no command of the documents has --guided."""
        offered = GuidedContext._get_parameter_value("WriteMode", root()["Parameters"]["WriteMode"], {})
        self.assertEqual(offered, "replace")
        for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
            commands = re.findall(r"^ *sam deploy.*--guided", page.read_text(encoding="utf-8"), re.MULTILINE)
            self.assertEqual(commands, [], page)


class Architecture(unittest.TestCase):
    """The built architecture must be the one that `sam build` was given."""

    def folder(self, machine: int, told: str) -> Path:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        folder = Path(temporary.name)
        definition = f'architecture = "{told}"\nfunctions = ["GetMessagesFunction", "{EXTRACTOR}"]\n'
        definition = f"# SAM\n\n[function_build_definitions.a-1]\n{definition}\n[layer_build_definitions]\n"
        (folder / "build.toml").write_text(definition)
        for name, number in (("GetMessagesFunction", architecture.MACHINES[told]), (EXTRACTOR, machine)):
            (folder / "build" / name).mkdir(parents=True)
            header = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00" + number.to_bytes(2, "little") + bytes(44)
            (folder / "build" / name / "bootstrap").write_bytes(header)
        return folder

    def test_binaries_of_the_other_architecture_are_named(self) -> None:
        self.assertEqual(list(architecture.problems(self.folder(0x3E, "x86_64"))), [])
        self.assertEqual(list(architecture.problems(self.folder(0xB7, "arm64"))), [])
        [problem] = architecture.problems(self.folder(0xB7, "x86_64"))
        self.assertEqual(problem, f"{EXTRACTOR}: bootstrap is for arm64, but sam build had Architecture=x86_64")
        [problem] = architecture.problems(self.folder(0xF3, "arm64"))
        self.assertIn("bootstrap is for ELF machine 0xf3", problem)

    def test_what_is_no_binary_is_named(self) -> None:
        folder = self.folder(0x3E, "x86_64")
        (folder / "build" / EXTRACTOR / "bootstrap").write_text("#!/bin/sh\n")
        [problem] = architecture.problems(folder)
        self.assertIn("bootstrap is not a Linux binary", problem)

    def test_the_check_takes_no_more_than_bash_and_python(self) -> None:
        """A person who only deploys has SAM CLI and cargo-lambda, but not the tools of tools/setup."""
        tool, path = ROOT / "tools" / "architecture", {"PATH": f"{Path(shutil.which('python3')).parent}:/usr/bin:/bin"}
        for told, status in (("x86_64", 0), ("arm64", 1)):
            folder = self.folder(architecture.MACHINES["x86_64"], told)
            ran = subprocess.run([tool, folder], env=path, capture_output=True, text=True, check=False)
            self.assertEqual(ran.returncode, status, ran.stderr)

    def test_what_the_demo_has_built_is_not_for_aws(self) -> None:
        """A note in the folder says so, until `sam build` empties the folder."""
        folder = self.folder(architecture.MACHINES["x86_64"], "x86_64")
        note = folder / "build" / ".built"
        tool = [ROOT / "tools" / "architecture", folder]
        for built, options, status in (
            ("demo x86_64 1", [], 1),
            ("demo x86_64 1", ["--demo"], 0),
            ("release x86_64 1", [], 0),
        ):
            note.write_text(built)
            ran = subprocess.run([*tool, *options], capture_output=True, text=True, check=False)
            self.assertEqual(ran.returncode, status, ran.stderr)

    def test_documents_check_before_they_deploy(self) -> None:
        for name in ("README.md", "docs/guides/deploy.md"):
            page = (ROOT / name).read_text(encoding="utf-8")
            self.assertIn("\nsam build && tools/architecture && sam deploy\n", page)


if __name__ == "__main__":
    unittest.main()
