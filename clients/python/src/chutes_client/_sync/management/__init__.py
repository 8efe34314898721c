# Made from _async/management/__init__.py by scripts/unasync.py. Do not edit.
# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.
"""The generated management methods."""
