"""Tests of the documents: their links lead somewhere, and the README has every page and the template's defaults."""

import re
import unittest
from pathlib import Path

from repository import ROOT
from stack.templates import root

README = ROOT / "README.md"
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
# Pages that others of their folder lead to.
WITHIN = {"docs/performance/partition.md"}


def anchors(page: Path) -> set[str]:
    """The headings of a page, as GitHub makes anchors of them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    words = (re.sub(r"\[([^]]*)]\([^)]*\)", r"\1", heading) for heading in headings)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in words}


def links(page: Path) -> list[tuple[Path, str]]:
    """The files that a page leads to, each with an anchor or without one."""
    found = re.findall(r"]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    divided = (link.partition("#") for link in found if not re.match(r"[a-z]+:", link))
    return [((page.parent / name).resolve() if name else page, anchor) for name, _, anchor in divided]


class Documents(unittest.TestCase):
    def test_links_lead_somewhere(self) -> None:
        for page in PAGES:
            for target, anchor in links(page):
                self.assertTrue(target.exists(), f"{page}: {target}")
                if anchor and target.suffix == ".md":
                    self.assertIn(anchor, anchors(target), f"{page}: {target}")

    def test_the_readme_leads_to_every_page(self) -> None:
        reached = {target for target, _ in links(README)}
        pages = [*(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "performance").glob("*.md")]
        missing = {str(page.relative_to(ROOT)) for page in pages if page.resolve() not in reached}
        self.assertEqual(missing - WITHIN, set())

    def test_parameters_have_the_defaults_that_the_readme_says(self) -> None:
        parameters = root()["Parameters"]
        table = README.read_text(encoding="utf-8").partition("| parameter | default | |\n|---|---|---|\n")[2]
        said = {}
        for row in table.partition("\n\n")[0].splitlines():
            names, defaults = (cell.replace("`", "").strip().split(", ") for cell in row.split("|")[1:3])
            said |= dict(zip(names, defaults if len(defaults) > 1 else defaults * len(names), strict=True))
        self.assertGreater(len(said), 30)
        deployed = {name: str(parameters[name].get("Default", "")) or "empty" for name in said}
        self.assertEqual(said, deployed)


if __name__ == "__main__":
    unittest.main()
