# Made from _async/invoke/__init__.py by scripts/unasync.py. Do not edit.
"""Calls of models and chutes."""
