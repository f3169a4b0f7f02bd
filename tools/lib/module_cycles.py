"""Refuses import cycles between the modules of a crate: python -m module_cycles SRC...

It reads `use` declarations and `crate::` paths as text, without tests. A module and its children count as one, and a
name that lib.rs re-exports counts as its module, so that a cycle through lib.rs is found.
"""

import graphlib
import pathlib
import re
import sys

TESTS = re.compile(r"(^|::)(\w*tests|testing)(::|$)")


def modules(src):
    """The text of a crate's modules by path, such as `rows::parser`; lib.rs has the empty path."""
    found = {}
    for file in sorted(src.rglob("*.rs")):
        name = "::".join(file.relative_to(src).with_suffix("").parts).removesuffix("::mod")
        if not TESTS.search(name) and name != "main" and not name.startswith("bin::"):
            found["" if name == "lib" else name] = file.read_text(encoding="utf-8")
    return found


def paths(tree):
    """The single paths of a `use` tree: `a::{b, c::{d, e}}` is `a::b`, `a::c::d` and `a::c::e`."""
    match = re.match(r"^(.*?)\{(.*)\}$", tree := re.sub(r"\s+", " ", tree).strip())
    if not match:
        return [tree]
    parts, depth = [""], 0
    for character in match[2]:
        depth += (character == "{") - (character == "}")
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return [path for part in parts if part.strip() for path in paths(match[1] + part.strip())]


def uses(text, visibility=r"(?:pub(?:\([^)]*\))? )?"):
    """The paths of all `use` declarations in a module."""
    return [path for tree in re.findall(rf"^\s*{visibility}use ([^;]+);", text, re.MULTILINE) for path in paths(tree)]


def absolute(path, name, found):
    """A path from the crate's root, or nothing for a path that leads out of the crate."""
    first, *rest = path.split(" as ")[0].split("::")
    inside = name.split("::") if name else []
    if first == "crate":
        return rest
    if first == "super":
        return inside[:-1] + rest
    return [*inside, first, *rest] if "::".join([*inside, first]) in found else None


def imports(src):
    """The modules that each module of a crate imports."""
    found = modules(src)
    face = {
        path.rsplit("::", 1)[-1]: path.removeprefix("crate::").rpartition("::")[0]
        for path in uses(found.get("", ""), "pub ")
    }
    graph = {name: set() for name in found if name}
    for name, imported in graph.items():
        text = re.sub(r"//.*", "", found[name]).split("#[cfg(test)]\nmod tests {")[0]
        for path in uses(text) + re.findall(r"crate::[\w:]+", text):
            steps = absolute(path, name, found) or []
            prefixes = ("::".join(steps[:length]) for length in range(len(steps), 0, -1))
            target = next((prefix for prefix in prefixes if prefix in found), face.get(steps[0]) if steps else None)
            if target in graph and not related(name, target):
                imported.add(target)
    return graph


def related(name, other):
    """Whether two modules count as one: they are the same, or one is inside the other."""
    return f"{name}::".startswith(f"{other}::") or f"{other}::".startswith(f"{name}::")


def main(folders):
    """Prints a cycle of each crate that has one, and returns the exit code."""
    status = 0
    for src in map(pathlib.Path, folders):
        try:
            graphlib.TopologicalSorter(imports(src)).prepare()
        except graphlib.CycleError as error:
            # graphlib lists each module before the one that imports it.
            loop = " -> ".join(reversed(error.args[1]))
            print(f"error: {src}: modules import each other in a cycle: {loop}", file=sys.stderr)
            print("  Move what both need into a module that imports neither.", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
