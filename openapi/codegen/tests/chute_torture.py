"""A chute whose cords have everything that pydantic, the official CDK and authors put into schemas, and what nobody should."""

from __future__ import annotations

from typing import Any


def kit(name: str, definitions: dict[str, Any], parameter: str = "input_args") -> dict[str, Any]:
    """As the CDK describes a cord of one pydantic parameter."""
    names = ["self", parameter] if parameter != "input_args" else [parameter]
    properties: dict[str, Any] = {"self": {}} if len(names) == 2 else {}
    properties[parameter] = {"$ref": f"#/definitions/{name}"}
    return {"type": "object", "properties": properties, "required": names, "definitions": definitions}


def cord(function: str, **more: Any) -> dict[str, Any]:
    return {"function": function, "method": "POST", "path": f"/{function}", "public_api_path": f"/{function}", "stream": False, **more}


# The CDK leaves nested models under the `$defs` of the outer one, while the references say `#/definitions/…`.
RENDER = kit("RenderArgs", {
    "RenderArgs": {
        "description": 'Renders. Ends a comment: */ and a docstring: """ and a path C:\\new.',
        "type": "object",
        "required": ["prompt", "size", "from", "frame"],
        "properties": {
            "prompt": {"type": "string", "minLength": 1, "maxLength": 400, "description": "What to draw.\nIn \u202eany language."},
            "size": {"$ref": "#/definitions/Size"},
            "from": {"type": "integer", "description": "A word of Python and Rust.", "minimum": 0, "maximum": 4294967295},
            "frame": {"$ref": "#/definitions/Frame", "description": "The frame around it."},
            "steps": {"type": "integer", "default": 25, "minimum": 1, "maximum": 50},
            "guidance": {"anyOf": [{"type": "number", "exclusiveMinimum": 0, "maximum": 20}, {"type": "null"}], "default": 7.5},
            "mode": {"enum": ["fast", "best quality", "1st"], "default": "fast"},
            "ratio": {"enum": ["1:1", "11", "16:9"], "type": "string"},
            "upscale": {"enum": [1, 2, 4], "type": "integer"},
            "seed": {"type": ["integer", "null"], "description": "The same seed draws the same."},
            "images": {"anyOf": [{"type": "array", "items": {"type": "string"}, "maxItems": 3}, {"type": "null"}]},
            "stop": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}, {"type": "null"}]},
            "number_or_text": {"anyOf": [{"type": "integer"}, {"type": "number"}, {"type": "string"}]},
            "shape": {"oneOf": [{"$ref": "#/definitions/Frame"}, {"$ref": "#/definitions/Node"}]},
            "point": {"type": "array", "items": [{"type": "number"}, {"type": "number"}], "minItems": 2, "maxItems": 2},
            "pair": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}]},
            "labels": {"type": "object", "additionalProperties": {"type": "string"}},
            "frames": {"type": "object", "additionalProperties": {"$ref": "#/definitions/Frame"}},
            "free": {},
            "until": {"type": "string", "format": "date-time"},
            "fixed": {"const": "v1"},
            "inline": {"type": "object", "required": ["x"], "properties": {"x": {"type": "number"}, "class": {"type": "string"}}},
            "old": {"type": "string", "nullable": True},
            "options": {"type": "object"},
            "extra": {"type": "boolean"},
            "maxTokens": {"type": "integer"},
            "max_tokens": {"type": "integer"},
            "lost": {"$ref": "#/definitions/Nowhere"},
            "self_": {"allOf": [{"$ref": "#/definitions/Size"}], "default": "small"},
        },
        "$defs": {
            "Size": {"enum": ["small", "large"], "type": "string", "title": "Size", "description": "How large it gets."},
            "Frame": {
                "type": "object",
                "title": "Frame",
                "description": 'A frame. """ + C:\\new \\N{x} */ {{ 1 }}',
                "required": ["width"],
                "properties": {
                    "width": {"type": "integer", "default": 1024, "minimum": 128, "maximum": 2048, "description": 'Pixels """ \\ "'},
                    "inner": {"anyOf": [{"$ref": "#/definitions/Frame"}, {"type": "null"}]},
                    "nodes": {"type": "array", "items": {"$ref": "#/definitions/Node"}},
                },
            },
            "Node": {
                "type": "object",
                "properties": {"frame": {"$ref": "#/definitions/Frame"}, "next": {"$ref": "#/definitions/Node"}, "value": {}},
            },
        },
    }
})  # fmt: skip

OUTPUT = {
    "title": "Picture",
    "type": "object",
    "required": ["id", "tags", "meta", "parent"],
    "properties": {
        "id": {"type": "string"},
        "tags": {"type": "array", "items": {"$ref": "#/$defs/Tag"}},
        "meta": {"anyOf": [{"$ref": "#/$defs/Meta"}, {"type": "null"}]},
        "parent": {"$ref": "#"},
        "score": {"anyOf": [{"type": "number"}, {"type": "null"}]},
        "made_at": {"type": "string", "format": "date-time"},
        "response": {"type": "string"},
        "type": {"$ref": "#/$defs/Size"},
        "either": {"anyOf": [{"type": "string"}, {"type": "boolean"}, {"$ref": "#/$defs/Meta"}]},
        "table": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "integer"}}},
    },
    "$defs": {
        "Tag": {"type": "object", "properties": {"name": {"type": "string"}, "Size": {"$ref": "#/$defs/Size"}}},
        "Size": {"type": "string", "enum": ["small", "large"]},
        "Meta": {"type": "object", "required": ["a-b"], "properties": {"a-b": {"type": "integer"}, "2x": {"type": "string"}, "_x": {"type": "string"}}},
    },
}

SIMPLE = {"Simple": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}}
OTHER = {"Simple": {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}}

TORTURE: dict[str, Any] = {
    "chute_id": "7a1c0000-0000-4000-8000-000000000001",
    "name": "2-hard chute",
    "user": {"username": "alice"},
    "tagline": 'The hard one. */ """',
    "cords": [
        cord("render", input_schema=RENDER, output_schema=OUTPUT, output_content_type="application/json"),
        cord("chat", input_schema={}, minimal_input_schema=kit("Simple", SIMPLE), public_api_path="/v1/chat", output_content_type="application/json"),
        cord("chat", input_schema=kit("Simple", SIMPLE, "params"), stream=True, public_api_path="/v1/chat", output_content_type="text/event-stream"),
        cord("other", input_schema=kit("Simple", OTHER), output_schema={"type": "string"}, output_content_type="application/json"),
        cord("file", input_schema={"$ref": "#/$defs/File", "$defs": {"File": SIMPLE["Simple"]}}, output_content_type="video/mp4"),
        cord("import", output_content_type="text/plain; charset=utf-8"),
        cord("constructor", input_schema={"type": "object", "properties": {"self": {}}, "required": ["self"], "definitions": {}}),
        cord("new", public_api_method="GET", output_schema={"type": "array", "items": {}}, output_content_type="text/plain"),
        cord("str", input_schema={"type": "object", "properties": {"self": {}, "data": {"type": "object"}}, "required": ["self", "data"], "definitions": {}}),
        cord("read_byte", input_schema={"type": "object", "properties": {'a"b': {"type": "string"}}}, output_schema={"type": "integer"}),
        cord("list", input_schema={"type": "object", "properties": {"ids": {"type": "array", "items": {"type": "string"}}}}, output_schema={
            "type": "array", "items": {"$ref": "#/$defs/T", "$defs": {}}, "$defs": {"T": OTHER["Simple"]}}, output_content_type="application/json"),
        cord("flag", input_schema={"type": "object", "properties": {"on": {"type": "boolean"}}, "required": ["on"]}, output_schema={"type": "boolean"}),
        cord("times", output_schema={"type": "object", "additionalProperties": {"type": "string", "format": "date-time"}}),
        cord("maybe", output_schema={"anyOf": [{"type": "number"}, {"type": "null"}]}, output_content_type="application/json"),
        {"function": "inner", "method": "POST", "path": "/inner", "stream": False},
    ],
}  # fmt: skip
