"""Tests of what `sam local` makes of the template, and of the tools for it. They need no stack and no container engine."""

import hashlib
import os
import re
import subprocess
import unittest
from types import SimpleNamespace
from unittest import mock

from repository import ROOT, TOOLS
from stack import bridge, containers, sam_local
from stack.sam_local_files import SAMPLE, environment, upload
from stack.sam_settings import Settings

# SAM CLI looks for a region and for keys, and calls nothing with them.
os.environ |= {"AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
TEMPLATE = ROOT / "template.yaml"
EXTRACTOR, LISTER = "S3ToSqsFunction", "GetMessagesFunction"
DECLARED = {"DataPackage": "/opt/datapackage.json", "PartitionKey": "pk", "SortKey": "sk"}
ENDPOINT = "http://172.17.0.1:4566"


class TheTemplate(unittest.TestCase):
    """SAM CLI hands on a variable whose value it cannot make out as an empty one."""

    def test_each_variable_of_each_function_is_made_out(self) -> None:
        for parameters in ({}, DECLARED | {"CorsAllowOrigin": "*"}):
            functions = Settings(TEMPLATE, parameters).functions()
            self.assertEqual(len(functions), 7)
            for name, function in functions.items():
                for variable, value in function.environment["Variables"].items():
                    self.assertIsInstance(value, str | int | bool, f"{name}: {variable} with {parameters}")

    def test_parameters_arrive(self) -> None:
        settings = Settings(TEMPLATE, DECLARED | {"CorsAllowOrigin": "https://example.com"})
        self.assertEqual(settings.environment(LISTER)["CORS_ALLOW_ORIGIN"], "https://example.com")
        extractor = settings.environment(EXTRACTOR)
        names = ("DATA_PACKAGE", "PARTITION_KEY", "PARTITION_KEY_TYPE", "SORT_KEY", "SORT_KEY_TYPE")
        self.assertEqual([extractor[name] for name in names], ["/opt/datapackage.json", "pk", "S", "sk", "S"])

    def test_the_table_of_ingests_is_that_of_the_file_or_a_name_that_no_table_has(self) -> None:
        for name in (EXTRACTOR, "SqsToDynamoDbFunction"):
            self.assertEqual(Settings(TEMPLATE).environment(name)["INGEST_TABLE"], "IngestTable")
            for table in ("messages-IngestTable-1", ""):
                settings = Settings(TEMPLATE, given={name: {"INGEST_TABLE": table}})
                self.assertEqual(settings.environment(name)["INGEST_TABLE"], table)

    def test_the_data_package_s_layer_is_mounted(self) -> None:
        for parameters, expected in (({}, []), (DECLARED, [str(ROOT / "schema")])):
            layers = Settings(TEMPLATE, parameters).functions()[EXTRACTOR].layers
            self.assertEqual([str((ROOT / layer.codeuri).resolve()) for layer in layers], expected)

    def test_an_endpoint_arrives_from_the_shell_and_from_a_file(self) -> None:
        for name in Settings(TEMPLATE).functions():
            with mock.patch.dict(os.environ):
                os.environ.pop("AWS_ENDPOINT_URL", None)
                self.assertEqual(Settings(TEMPLATE).environment(name)["AWS_ENDPOINT_URL"], "")
                os.environ["AWS_ENDPOINT_URL"] = "http://shell"
                self.assertEqual(Settings(TEMPLATE).environment(name)["AWS_ENDPOINT_URL"], "http://shell")
                for given in ({name: {"AWS_ENDPOINT_URL": ENDPOINT}}, {"Parameters": {"AWS_ENDPOINT_URL": ENDPOINT}}):
                    self.assertEqual(Settings(TEMPLATE, given=given).environment(name)["AWS_ENDPOINT_URL"], ENDPOINT)


class TheFiles(unittest.TestCase):
    def test_variables_are_those_of_the_deployed_functions_and_the_endpoint_is_that_of_containers(self) -> None:
        deployed = {
            EXTRACTOR: {"TABLE_NAME": "t", "NEW": "n", "AWS_ENDPOINT_URL": "", "DATA_PACKAGE": "/a/datapackage.json"},
            LISTER: {"TABLE_NAME": "t", "DATA_PACKAGE": ""},
        }
        written = environment(deployed, ENDPOINT)
        self.assertEqual(
            written,
            {
                EXTRACTOR: {
                    "TABLE_NAME": "t",
                    "NEW": "n",
                    "AWS_ENDPOINT_URL": ENDPOINT,
                    "DATA_PACKAGE": "/opt/datapackage.json",
                },
                LISTER: {"TABLE_NAME": "t", "DATA_PACKAGE": "", "AWS_ENDPOINT_URL": ENDPOINT},
            },
        )
        arrived = Settings(TEMPLATE, given=written).environment(LISTER)
        self.assertEqual((arrived["TABLE_NAME"], arrived["AWS_ENDPOINT_URL"]), ("t", ENDPOINT))

    def test_the_event_names_the_sample_s_upload(self) -> None:
        [record] = upload("bucket", "eu-west-1")["Records"]
        self.assertEqual((record["awsRegion"], record["s3"]["bucket"]["name"]), ("eu-west-1", "bucket"))
        content = SAMPLE.read_bytes()
        found = {name: record["s3"]["object"][name] for name in ("key", "size", "eTag")}
        etag = hashlib.md5(content, usedforsecurity=False).hexdigest()
        self.assertEqual(found, {"key": "data.csv", "size": len(content), "eTag": etag})


class TheLines(unittest.TestCase):
    def test_the_guide_has_those_that_are_run(self) -> None:
        run = [(line.function, line.event) for line in sam_local.LINES]
        functions = Settings(TEMPLATE).functions()
        self.assertEqual({function for function, _ in run}, functions.keys())
        pattern = r"^sam local invoke (\w+) +--event (\S+) +--env-vars .local/env.json$"
        guide = re.findall(pattern, (ROOT / "docs" / "sam-local.md").read_text(encoding="utf-8"), re.MULTILINE)
        self.assertEqual(guide[: len(run)], run)

    def test_documents_name_a_bucket_before_they_use_it(self) -> None:
        page = (ROOT / "docs" / "sam-local.md").read_text(encoding="utf-8")
        for block in re.findall(r"^```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL):
            used, made = block.find("$DATA_BUCKET"), block.find("DATA_BUCKET=$(")
            self.assertTrue(used < 0 or 0 <= made < used, block)

    def test_a_wrong_answer_and_an_error_at_the_end_fail(self) -> None:
        line = sam_local.Line(LISTER, "", sam_local.api(200))
        sam_local.check(line, '{"statusCode":200,"body":"{}"}\n', "")
        for answer, said in (
            ('{"statusCode":502}', ""),
            ('{"errorType":"x"}', ""),
            ("null", ""),
            ("", ""),
            (
                '{"statusCode":200}',
                "a line\nError: hyper_util::client::legacy::Error(SendRequest, IncompleteMessage)\n",
            ),
        ):
            with self.subTest(answer=answer, said=said), self.assertRaises(sam_local.Failed):
                sam_local.check(line, answer, said)

    def test_without_an_engine_it_says_what_is_missing(self) -> None:
        environment = os.environ | {"DOCKER_HOST": "unix:///nowhere/docker.sock"}
        ended = subprocess.run(
            [TOOLS / "sam_local"], check=False, capture_output=True, text=True, env=environment, timeout=120
        )
        self.assertEqual(ended.returncode, 1, ended.stderr)
        self.assertIn("error: SAM CLI finds no container engine that runs\n  Start Docker or Finch", ended.stderr)
        self.assertNotIn("Traceback", ended.stderr)


class TheBridge(unittest.TestCase):
    def test_the_engine_s_address_is_found(self) -> None:
        network = SimpleNamespace(attrs={"IPAM": {"Config": [{"Subnet": "::/0"}, {"Gateway": "127.0.0.2"}]}})
        engine = SimpleNamespace(networks=mock.Mock(get=mock.Mock(return_value=network)))
        with mock.patch.object(bridge, "engine", return_value=engine):
            self.assertEqual(bridge.address_of("bridge"), "127.0.0.2")
        engine.networks.get.assert_called_once_with("bridge")

    def test_an_address_that_this_machine_has_is_taken(self) -> None:
        self.assertEqual(bridge.address_of("127.0.0.3"), "127.0.0.3")

    def test_what_opens_more_or_nothing_is_refused(self) -> None:
        for bind, problem in {
            "0.0.0.0": "not an address of a private network",
            "127.0.0.1": "not an address of a private network beside loopback",
            "8.8.8.8": "not an address of a private network",
            "docker0": "BIND=docker0 is no IPv4 address",
            "10.255.255.254": "10.255.255.254 is not an address of this machine",
        }.items():
            with self.assertRaises(bridge.Refused) as refused:
                bridge.address_of(bind)
            self.assertIn(problem, refused.exception.problem)

    def test_without_an_engine_there_is_none(self) -> None:
        with (
            mock.patch.object(bridge, "engine", side_effect=containers.NoEngine("none")),
            self.assertRaises(bridge.Refused) as refused,
        ):
            bridge.address_of("bridge")
        self.assertEqual(refused.exception.remedy, "Start the engine, or give an address: BIND=172.17.0.1")


if __name__ == "__main__":
    unittest.main()
