"""Tests of the documents: links lead somewhere, each page names its question, and references agree with the sources."""

import re
import subprocess
import unittest
from collections import Counter
from pathlib import Path

from repository import ROOT
from stack.templates import root

README, INDEX = ROOT / "README.md", ROOT / "docs" / "README.md"
DECISIONS = ROOT / "docs" / "decisions"
LISTED = subprocess.check_output(
    ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"], cwd=ROOT, text=True
)
PAGES = [page for name in LISTED.split("\0") if name and (page := ROOT / name).exists()]
# Names in the column `functions` that stand for several functions.
ALL, API = "all", "the API's five"
MAX_WORDS = 900
DEAD_LETTERS = ROOT / "docs" / "dead-letters.md"
# Where a function's source gives a failure its code: an arm of a match, the whole body of a function, a constructor, a default.
CODE = re.compile(
    r'=> "([A-Z]\w+)"|{\n +"([A-Z]\w+)"\n +}|Self::new\(\s*"([A-Z]\w+)"|\bOTHER: &str = "(\w+)"|map_or\("([A-Z]\w+)"'
)
# Codes of log lines and of the ledger: such an object has a report, and such a message stays on its queue.
NOT_OF_DEAD_LETTERS = {"ObjectArchived", "ObjectCorrupt", "ObjectGone", "ObjectReplaced", "DeadLetterQueueUnreachable"}
# Reasons that tools/dlq, Lambda and EventBridge give.
OF_LAMBDA = {"EventAgeExceeded", "RetriesExhausted", "Sandbox.Timedout", "Runtime.ExitError"}
OF_OTHERS = OF_LAMBDA | {"NotAnswered", "NO_PERMISSIONS", "ERROR_FROM_TARGET"}


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def prose(page: Path) -> str:
    """A page without its blocks of code, whose comments look like headings."""
    return re.sub(r"^( *)(```+).*?^\1\2$", "", text_of(page), flags=re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub makes of a page's headings. The second heading of one name ends with -1."""
    headings = re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    words = (re.sub(r"!?\[([^]]*)]\([^)]*\)", r"\1", heading) for heading in headings)
    names = [re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in words]
    seen: Counter[str] = Counter()
    found = set()
    for name in names:
        found.add(f"{name}-{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return found


def links(page: Path) -> list[tuple[Path, str]]:
    """The files that a page links to, each with the anchor, if the link has one."""
    text = re.sub(r"`[^`\n]*`", "", prose(page))
    found = re.findall(r"]\(([^)\s]+)\)", text) + re.findall(r"^\[[^]]+]: (\S+)$", text, re.MULTILINE)
    divided = (link.partition("#") for link in found if not re.match(r"[a-z]+:", link))
    return [((page.parent / name).resolve() if name else page, anchor) for name, _, anchor in divided]


def variables_of_the_template() -> dict[str, set[str]]:
    """The functions that have each environment variable, by the names of their executables."""
    template = root()
    shared = template["Globals"]["Function"]["Environment"]["Variables"]
    found: dict[str, set[str]] = {}
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            own = resource["Properties"].get("Environment", {}).get("Variables", {})
            for name in shared | own:
                found.setdefault(name, set()).add(resource["Metadata"]["BuildProperties"]["Binary"])
    return found


def members_of_the_report() -> set[str]:
    """The names of the report's members, from the structs that are serialised into it."""
    source = ROOT / "functions" / "s3-to-sqs" / "src"
    structs = (
        (source / "reports" / "report.rs", "Report"),
        (source / "continuation.rs", "Counts"),
        (source / "input" / "content" / "format.rs", "Format"),
    )
    found = set()
    for file, name in structs:
        body = re.search(rf"^pub struct {name} {{\n(.*?)^}}", text_of(file), re.MULTILINE | re.DOTALL)[1]
        for attributes, member in re.findall(r"((?:^ +#\[.*\n)*)^ +pub (\w+):", body, re.MULTILINE):
            renamed = re.search(r'rename = "(\w+)"', attributes)
            if "flatten" not in attributes:
                found.add(renamed[1] if renamed else member)
    return found


def codes_of_dead_letters() -> set[str]:
    """The reason codes of dead letters, from the sources of the extractor and the writer."""
    functions = (ROOT / "functions" / name / "src" for name in ("s3-to-sqs", "sqs-to-dynamodb"))
    sources = (text_of(file).partition("mod tests {")[0] for folder in functions for file in folder.rglob("*.rs"))
    found = (CODE.findall(source) for source in sources if re.search(r"\bfn code\(", source))
    return {code for groups in found for group in groups for code in group if code} - NOT_OF_DEAD_LETTERS


def reasons(page: str) -> set[str]:
    """The reason codes of the tables of docs/dead-letters.md, without those that others than the functions give."""
    section = page.partition("\n## Reasons\n")[2].partition("\n## ")[0]
    cells = re.findall(r"^\|(.*?)\|", section, re.MULTILINE)
    return {code for cell in cells for code in re.findall(r"`([^`]+)`", cell)} - OF_OTHERS


def first_cells(page: Path, head: str) -> set[str]:
    """The words set as code in the first column of the table with this head."""
    table = text_of(page).partition(f"{head}\n")[2].partition("\n\n")[0]
    return {name for row in table.splitlines()[1:] for name in re.findall(r"`([^`]+)`", row.split("|")[1])}


class Documents(unittest.TestCase):
    def test_links_lead_somewhere(self) -> None:
        known = {page: anchors(page) for page in PAGES}
        for page in PAGES:
            for target, anchor in links(page):
                self.assertTrue(target.exists(), f"{page}: {target}")
                if anchor and target.suffix == ".md":
                    self.assertIn(anchor, known[target], f"{page}: {target}")

    def test_commands_name_tools_that_are_there(self) -> None:
        for page in PAGES:
            for name in re.findall(r"(?<![\w./-])tools/[a-z_]+(?![\w/.])", text_of(page)):
                self.assertTrue((ROOT / name).exists(), f"{page}: {name}")

    def test_the_index_leads_to_every_page(self) -> None:
        of_decisions = {target for target, _ in links(DECISIONS / "README.md")}
        reached = {target for target, _ in links(INDEX)} | of_decisions | {INDEX}
        missing = {page for page in PAGES if ROOT / "docs" in page.parents} - reached
        self.assertEqual(missing, set())
        self.assertIn(INDEX, {target for target, _ in links(README)})

    def test_each_page_says_first_what_it_answers(self) -> None:
        for page in PAGES:
            if ROOT / "docs" in page.parents and (page.parent != DECISIONS or page.name == "README.md"):
                written = re.sub(r"<!--.*?-->\n+", "", text_of(page), flags=re.DOTALL)
                self.assertRegex(written, r"\A# [^\n]+\n\nThis page answers: [^?]+\?", page)

    def test_the_readme_is_short(self) -> None:
        self.assertLessEqual(len(text_of(README).split()), MAX_WORDS)

    def test_the_reference_has_the_variables_of_the_template(self) -> None:
        page = text_of(ROOT / "docs" / "reference" / "environment.md").partition("\n## ")[0]
        found = variables_of_the_template()
        every = set.union(*found.values())
        meant = {ALL: every, API: {name for name in every if name.endswith(("-message", "-messages"))}}
        said = {}
        for names, functions in re.findall(r"^\| (`.*?) \| (.*?) \|", page, re.MULTILINE):
            of = meant.get(functions) or set(re.findall(r"`([^`]+)`", functions))
            said |= {name: of for name in re.findall(r"`([^`]+)`", names)}
        self.assertEqual(said, found)

    def test_the_reference_has_the_members_of_the_report(self) -> None:
        page = ROOT / "docs" / "reference" / "report.md"
        self.assertEqual(first_cells(page, "| member | what it says | there |"), members_of_the_report())

    def test_the_reference_has_the_methods_of_messages(self) -> None:
        source = text_of(ROOT / "functions" / "sqs-to-dynamodb" / "src" / "record.rs")
        methods = re.search(r"^pub const METHODS: .*?= \[(.*?)];", source, re.MULTILINE | re.DOTALL)[1]
        page = ROOT / "docs" / "reference" / "queue.md"
        self.assertEqual(first_cells(page, "| `Method` | body | effect |"), set(re.findall(r'"(\w+)"', methods)))

    def test_every_dead_letter_has_a_remedy(self) -> None:
        """A new code without a row, or a row without its code, is found."""
        page, codes = text_of(DEAD_LETTERS), codes_of_dead_letters()
        self.assertEqual(reasons(page), codes)
        for code in ("NoMethod", "TableNotFound", "CallFailed", "TimeIsUp", "DataPackageInvalid", "NotAnS3Event"):
            self.assertEqual(codes - reasons(page.replace(f"`{code}`", "")), {code})
        self.assertEqual(reasons(page.replace("`NoMethod`", "`NoMethod`, `Gone`")) - codes, {"Gone"})


if __name__ == "__main__":
    unittest.main()
