"""Writes the templates that `sam build` made as JSON, under their names: templates_as_json.py FOLDER

`sam deploy` reads the same template ten times. It tries JSON before YAML, and reads JSON in milliseconds instead of half a
second (samcli/yamlhelper.py). JSON is also YAML, so every other reader still understands the files.
"""

import json
import sys
from pathlib import Path

from samcli.yamlhelper import yaml_parse

for path in Path(sys.argv[1]).rglob("template.yaml"):
    path.write_text(json.dumps(yaml_parse(path.read_text()), indent=2) + "\n")
