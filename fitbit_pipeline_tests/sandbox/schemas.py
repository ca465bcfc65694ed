"""Checks JSON against Google's discovery document of the Health API, more strictly than Google.

The discovery document comes with google-api-python-client. Nothing here knows the sandbox.
"""

import json
from functools import cache
from importlib.resources import files

import orjson
from jsonschema import Draft202012Validator

_TYPES_BY_FORMAT: dict[str, dict[str, object]] = {
    "int64": {"type": "string", "pattern": r"^-?(0|[1-9]\d*)\Z"},
    "int32": {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1},
    "byte": {"type": "string", "pattern": r"^[A-Za-z0-9+/_=-]*\Z"},
    # Proto3 JSON writes what is not a number as text.
    "double": {"anyOf": [{"type": "number"}, {"const": "NaN"}]},
    "google-datetime": {
        "type": "string",
        "pattern": (
            r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
            r"T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?Z\Z"
        ),
    },
    "google-duration": {"type": "string", "pattern": r"^-?(0|[1-9]\d*)(\.\d{1,9})?s\Z"},
}


def validate(schema_name: str, document: object) -> None:
    """Checks a JSON value against a schema, with no member that the schema does not name.

    The value is taken through orjson first, so that what is no JSON fails too.

    Args:
        schema_name: A schema of the discovery document, such as ``ListDataPointsResponse``.
        document: The value, as Python objects.

    Raises:
        AssertionError: If it does not conform; the message names the places (ten at most).
        KeyError: If there is no such schema.
    """
    on_the_wire = json.loads(orjson.dumps(document))
    faults = []
    for fault in _validator(schema_name).iter_errors(on_the_wire):
        faults.append(f"{fault.json_path}: {fault.message[:200]}")
        if len(faults) == 10:
            break
    assert not faults, f"not a {schema_name}:\n" + "\n".join(faults)


@cache
def _validator(schema_name: str) -> Draft202012Validator:
    definitions = _definitions()
    if schema_name not in definitions:
        raise KeyError(schema_name)
    return Draft202012Validator({"$ref": f"#/$defs/{schema_name}", "$defs": definitions})


@cache
def _definitions() -> dict[str, object]:
    document = files("googleapiclient") / "discovery_cache" / "documents" / "health.v4.json"
    schemas = json.loads(document.read_text(encoding="utf-8"))["schemas"]
    return {name: _converted(schema) for name, schema in schemas.items()}


def _converted(schema: dict[str, object]) -> dict[str, object]:
    """One discovery schema as JSON Schema 2020-12."""
    match schema:
        case {"$ref": str(name)}:
            return {"$ref": f"#/$defs/{name}"}
        case {"type": "array", "items": dict(items)}:
            return {"type": "array", "items": _converted(items)}
        case {"type": "object", "additionalProperties": dict()}:
            return {"type": "object"}
        case {"type": "object"}:
            members = schema.get("properties", {})
            assert isinstance(members, dict)
            return {
                "type": "object",
                "properties": {name: _converted(member) for name, member in members.items()},
                "additionalProperties": False,
            }
        case {"enum": list(values)}:
            return {"enum": values}
        case {"format": str(name)}:
            return _TYPES_BY_FORMAT[name]
        case {"type": "string" | "boolean" as name}:
            return {"type": name}
    raise NotImplementedError(f"a discovery schema of an unknown kind: {schema}")
