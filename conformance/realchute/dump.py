"""Prints the definition of the chute as a deployment sends it. Runs in the development kit's own environment."""

from __future__ import annotations

import json
import os
import sys

os.environ["CHUTES_EXECUTION_CONTEXT"] = "REMOTE"
from chute import chute  # noqa: E402  (the context decides what the decorators return)


def main() -> None:
    cords = [
        {
            "method": cord._method,
            "path": cord.path,
            "function": cord._func.__name__,
            "stream": cord._stream,
            "passthrough": cord._passthrough,
            "public_api_path": cord.public_api_path,
            "public_api_method": cord._public_api_method,
            "input_schema": cord.input_schema or {},
            "minimal_input_schema": cord.minimal_input_schema or {},
            "output_schema": cord.output_schema or {},
            "output_content_type": cord.output_content_type,
        }
        for cord in chute.cords
    ]
    jobs = [{"name": job.name, "timeout": job.timeout} for job in chute.jobs]
    json.dump({"name": chute.name, "chute_id": chute.uid, "cords": cords, "jobs": jobs}, sys.stdout)


if __name__ == "__main__":
    main()
