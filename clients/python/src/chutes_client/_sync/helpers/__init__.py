# Made from _async/helpers/__init__.py by scripts/unasync.py. Do not edit.
"""What needs more than one request, on top of the generated resources."""
