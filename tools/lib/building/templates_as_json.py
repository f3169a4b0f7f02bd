"""Writes the templates that `sam build` made as JSON, under their names: templates_as_json.py FOLDER

`sam deploy` reads the same template ten times. It tries JSON before YAML, and reads JSON in milliseconds instead of half a
second (samcli/yamlhelper.py), as every other program here that reads these files does.
"""

import json
import sys
from pathlib import Path

from samcli.yamlhelper import yaml_parse

from failures import told


def write_as_json(folder: Path) -> None:
    """Writes every `template.yaml` of the folder and its subfolders as JSON of the same content."""
    templates = list(folder.rglob("template.yaml"))
    if not templates:
        sys.exit(f"error: {folder} has no template.yaml\n  Build it: make build")
    for template in templates:
        content = yaml_parse(template.read_text(encoding="utf-8"))
        template.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    told(lambda: write_as_json(Path(sys.argv[1])))
