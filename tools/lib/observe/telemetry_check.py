"""Checks that templates, dashboard, saved queries and documents agree about telemetry: telemetry_check.py

It needs no stack; tools/lint runs it.
"""

import json
import re
import sys

from observe.dashboard_data import expanded
from observe.metric_names import OWN, known
from repository import ROOT
from stack.templates import merged, of_type

QUERIES = ROOT / "docs" / "queries"
OPERATIONS = ROOT / "docs" / "operations.md"
TELEMETRY = ROOT / "docs" / "telemetry.md"
# The conditions of alarms on such metrics; the other alarms have HasAlarms.
CONDITIONS = {"own": "HasOwnAlarms", "AWS/Events": "HasBucketRuleAlarms"}

# The most characters of an alarm's description, and of a stack's name in it:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
LONGEST_DESCRIPTION, LONGEST_STACK = 1024, 128


def main() -> None:
    template = merged()
    problems = [
        *queries(template),
        *alarms(template),
        *runbook(template),
        *dashboard(template),
        *list_of_metrics(),
        *list_of_parameters(template),
        *list_of_lines(),
    ]
    if problems:
        sys.exit("error: sources and documents differ about telemetry\n  " + "\n  ".join(problems))


def queries(template: dict):
    """Every saved query is the same, word for word, as its file."""
    files = {file.stem: file.read_text(encoding="utf-8") for file in QUERIES.glob("*.logsinsights")}
    saved = {
        query["Name"]["Fn::Sub"].removeprefix("${Stack}/"): query["QueryString"]
        for query in of_type(template, "AWS::Logs::QueryDefinition").values()
    }
    for name in sorted(files.keys() | saved.keys()):
        if files.get(name) != saved.get(name):
            yield f"docs/queries/{name}.logsinsights and the saved query in observability/ differ, or one is missing"
        elif not files[name].startswith("# "):
            yield f"docs/queries/{name}.logsinsights does not begin with its question"


def alarms(template: dict):
    """Every alarm has an existing metric, an action, and a treatment of missing data."""
    for name, alarm in of_type(template, "AWS::CloudWatch::Alarm").items():
        names = tuple(dimension["Name"] for dimension in alarm["Dimensions"])
        namespace = alarm["Namespace"] if isinstance(alarm["Namespace"], str) else "own"
        if not known(namespace, alarm["MetricName"], names):
            yield f"{name}: tools/lib/observe/metric_names.py has no {alarm['MetricName']} with {', '.join(names)}"
        for key in ("AlarmActions", "TreatMissingData", "AlarmDescription"):
            if key not in alarm:
                yield f"{name} has no {key}"
        condition = CONDITIONS.get(namespace, "HasAlarms")
        if template["Resources"][name].get("Condition") != condition:
            yield f"{name} does not have the condition {condition}, which can leave it out"


def runbook(template: dict):
    """Every alarm has a line in the table of docs/operations.md; the entry that it links to says what to do.

    The alarm's description says what to do first, and names that entry.
    """
    text = OPERATIONS.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+Alarm)`[^|]* \| \[([^]]+)\]\(#([\w-]+)\)", text, re.MULTILINE)
    lines = {name: anchor for name, _, anchor in rows}
    sections = {
        re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-"): body
        for heading, body in re.findall(r"^### (.+)\n((?:(?!#).*\n)*)", text, re.MULTILINE)
    }
    deployed = of_type(template, "AWS::CloudWatch::Alarm")
    for name in sorted(deployed.keys() ^ lines.keys()):
        yield f"{name} is not both in observability/ and in the table of docs/operations.md"
    for name, heading, _ in rows:
        description = deployed.get(name, {}).get("AlarmDescription", {}).get("Fn::Sub", "")
        first = rf".+\. First run `tools/.+`\. Then see docs/operations\.md: {re.escape(heading)}\."
        if not re.fullmatch(first, description):
            yield f"the description of {name} does not say what to do first, or does not name its entry: {heading}"
        if len(description) + LONGEST_STACK > LONGEST_DESCRIPTION:
            yield f"the description of {name} may be longer than {LONGEST_DESCRIPTION} characters"
    for name, anchor in lines.items():
        body = sections.get(anchor, "")
        for part in ("**Means.**", "**Look.**", "**Do.**"):
            if part not in body:
                yield f"docs/operations.md: the entry #{anchor} of {name} has no {part}"


def dashboard(template: dict):
    """Every graph has a title and existing metrics; every alarm is shown; GB-seconds use the functions' memory."""
    text, variables = of_type(template, "AWS::CloudWatch::Dashboard")["MessageDashboard"]["DashboardBody"]["Fn::Sub"]
    alarm_widget, of_alarms = variables["AlarmWidget"]["Fn::If"][1]["Fn::Sub"]
    own_alarms, _ = of_alarms["OwnAlarms"]["Fn::If"][1]["Fn::Sub"]
    bucket_rule_alarms, _ = of_alarms["BucketRuleAlarms"]["Fn::If"][1]["Fn::Sub"]
    text = text.replace("${AlarmWidget}", alarm_widget).replace("${OwnAlarms}", own_alarms)
    text = text.replace("${BucketRuleAlarms}", bucket_rule_alarms)
    text = text.replace("${Namespace}", "own")
    shown = set(re.findall(r"\$\{Alarms\}:\$\{(\w+Alarm)\}", text))
    for name in sorted(shown ^ of_type(template, "AWS::CloudWatch::Alarm").keys()):
        yield f"{name} is not both in observability/ and on the dashboard"
    # Only thresholds stand without quotes, and they are numbers.
    text = re.sub(r": \$\{\w+\}", ": 1", text)
    functions = of_type(template, "AWS::Serverless::Function")
    for widget in json.loads(text)["widgets"]:
        if widget["type"] != "metric":
            continue
        title = widget["properties"].get("title") or "a graph without a title"
        ids = {}
        for names, options in expanded(widget["properties"]["metrics"]):
            if names and not known(names[0], names[1], tuple(names[2::2])):
                yield f"dashboard, {title}: tools/lib/observe/metric_names.py has no {names[1]} with {', '.join(names[2::2])}"
            if "label" not in options and options.get("visible", True):
                yield f"dashboard, {title}: a line without a label"
            if names and "id" in options:
                ids[options["id"]] = functions[names[3].strip("${}")]["MemorySize"]
        for _, options in expanded(widget["properties"]["metrics"]):
            if "expression" in options:
                key, memory = re.fullmatch(r"(\w+) / 1000 \* (\d+) / 1024", options["expression"]).groups()
                if ids[key] != int(memory):
                    yield f"dashboard, {title}: {options['label']} has {ids[key]} MB in template.yaml, not {memory}"


def list_of_metrics():
    """docs/telemetry.md has every metric with its unit and its dimensions."""
    rows = re.findall(
        r"^\| `(\w+)` \| ([\w/]+) \| ((?:`\w+`(?:, )?)+) \|", TELEMETRY.read_text(encoding="utf-8"), re.MULTILINE
    )
    listed = {name: (unit, tuple(re.findall(r"\w+", dimensions))) for name, unit, dimensions in rows}
    expected = {name: (metric.unit, metric.dimensions[0]) for name, metric in OWN.items()}
    for name in sorted(listed.keys() | expected.keys()):
        if listed.get(name) != expected.get(name):
            yield f"docs/telemetry.md and tools/lib/observe/metric_names.py differ on {name}"


def list_of_parameters(template: dict):
    """docs/telemetry.md has every parameter of logs, metrics, traces and alarms."""
    text = TELEMETRY.read_text(encoding="utf-8")
    groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    for group in groups:
        if group["Label"]["default"] in ("Logs", "Metrics, traces and alarms"):
            for name in group["Parameters"]:
                if f"| `{name}` |" not in text:
                    yield f"docs/telemetry.md has no line for the parameter {name}"


def list_of_lines():
    """docs/telemetry.md has every line that the functions log, word for word, and every field."""
    text = TELEMETRY.read_text(encoding="utf-8")
    section = text[text.index("## Log lines") : text.index("## Metrics")]
    listed = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`\w+`.*?) \|", section, re.MULTILINE))))
    lines = dict(re.findall(r"^\| `([^`]+)` \| (TRACE|DEBUG|INFO|WARN|ERROR) \|", section, re.MULTILINE))
    logged = {}
    for file in sorted([*ROOT.glob("crates/*/src/**/*.rs"), *ROOT.glob("functions/*/src/**/*.rs")]):
        name = str(file.relative_to(ROOT))
        if "test" in name:
            continue
        for level, fields, message in logged_in(file.read_text(encoding="utf-8").split("mod tests {")[0]):
            logged[message] = level.upper()
            for field in fields - listed:
                yield f"docs/telemetry.md has no field {field}, which {name} logs"
    for message in sorted(logged.keys() | lines.keys()):
        if logged.get(message) != lines.get(message):
            yield f'docs/telemetry.md and the sources differ on the line "{message}"'


def logged_in(source: str):
    """The level, fields and message of each log call in a source file."""
    for call in re.finditer(r"\b(trace|debug|info|warn|error)!\(", source):
        arguments, depth = [""], 0
        for token in re.finditer(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)\'|//[^\n]*|.', source[call.end() :], re.DOTALL):
            text = token.group()
            depth += (text in "([{") - (text in ")]}")
            if depth < 0:
                break
            if text == "," and depth == 0:
                arguments.append("")
            elif not text.startswith("//"):
                arguments[-1] += text
        *fields, message = [argument.strip() for argument in arguments if argument.strip()]
        names = {re.match(r"[%?]?(?:r#)?(\w+)", field).group(1) for field in fields}
        yield call.group(1), names, re.sub(r"\\\n\s*", "", message.strip('"'))


if __name__ == "__main__":
    main()
