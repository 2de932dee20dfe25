"""Reading YAML strictly: safe, no duplicate keys, no aliases, and every value's line known."""

from pathlib import Path

from loyaltystudy.errors import SurveyError, refuse

LARGEST = 1_000_000  # bytes; a codebook of a thousand items is a fifth of this
DEEPEST = 30  # levels; a codebook has six


def read_yaml(path, *, limit: float = 1.0) -> dict:
    """Read a YAML file into plain dicts and lists.

    Parameters
    ----------
    path : str or Path
        The file.
    limit : float
        How many times 1 MB to allow.

    Raises
    ------
    SurveyError
        If the file is missing, larger than 1 MB, not YAML, holds a duplicate key, an alias
        (aliases let a small file grow without bound), more than 30 levels, or is not a mapping.

    Examples
    --------
    >>> from loyaltystudy.survey._shipped import data_folder
    >>> read_yaml(data_folder() / "constructs.yaml")["trust"]["block"]
    'trust'
    """
    return read_with_lines(path, limit=limit)[0]


def yaml_text(content: dict, *, width: int = 100) -> str:
    """Plain values as YAML, in their order, letters as they are."""
    import yaml

    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=width)


def read_with_lines(path, *, limit: float = 1.0) -> tuple[dict, dict[tuple, int]]:
    """Like :func:`read_yaml`, with the line of every key and list entry by its path."""
    import yaml

    path = Path(path)
    text = _text(path, limit)
    reader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    problems: list[str] = []
    lines: dict[tuple, int] = {}
    try:
        _refuse_depths(yaml.parse(text, Loader=reader), path.name)
        loader = reader(text)
        node = loader.get_single_node()
        if node is not None:
            _walk(node, (), lines, problems, set())
        refuse(problems, heading=f"{path.name}")
        data = loader.construct_document(node) if node is not None else None
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f"line {where.line + 1}: " if where else ""
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise SurveyError(f"{path.name}: {line}not readable as YAML: {what}.") from None
    except ValueError as error:  # e.g. an impossible date
        if isinstance(error, SurveyError):
            raise
        raise SurveyError(f"{path.name}: not readable as YAML: {error}.") from None
    if not isinstance(data, dict):
        raise SurveyError(f"{path.name}: expected keys with values, found {type(data).__name__}.")
    return data, lines


def on_one_line(entry: dict) -> str:
    """An entry on one line, without the braces around it."""
    import yaml

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text = yaml.dump(
        entry,
        Dumper=dumper,
        default_flow_style=True,
        sort_keys=False,
        allow_unicode=True,
        width=10**9,
    )
    return text.strip()[1:-1]


def _text(path: Path, limit: float) -> str:
    if not path.is_file():
        raise SurveyError(f"No file {path.name!r} here. Give the path of a YAML file.")
    if path.stat().st_size > LARGEST * limit:
        raise SurveyError(
            f"{path.name}: {path.stat().st_size} bytes; at most {LARGEST * limit:.0f} are read. "
            "Allow more: load_codebook(path, limit=...)."
        )
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SurveyError(
            f"{path.name}: byte {error.start} is not UTF-8. Save the file as UTF-8."
        ) from None


def _refuse_depths(events, name: str) -> None:
    """Before anything is built: building recurses, in C beyond what Python can stop."""
    from yaml.events import CollectionEndEvent, CollectionStartEvent

    depth = 0
    for event in events:
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > DEEPEST:
            line = event.start_mark.line + 1
            raise SurveyError(f"{name}: line {line}: nested more than {DEEPEST} levels deep.")


def _walk(node, path, lines, problems, met: set[int]) -> None:
    import yaml

    lines[path] = node.start_mark.line + 1
    if id(node) in met:  # an alias gives the same node again
        problems.append(f"line {lines[path]}: an alias of this stands elsewhere; write it out.")
        return
    met.add(id(node))
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            line, name = key.start_mark.line + 1, str(key.value)
            if name in seen:
                problems.append(
                    f"line {line}: the key {name!r} stands on line {seen[name]} already; "
                    "keep one of them."
                )
            seen[name] = line
            _walk(value, (*path, name), lines, problems, met)
            lines[(*path, name)] = line
            if key.tag != "tag:yaml.org,2002:str" and isinstance(key, yaml.ScalarNode):
                lines.setdefault((*path, str(yaml.safe_load(name))), line)  # 007 is found as 7
    elif isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            _walk(value, (*path, str(position)), lines, problems, met)
