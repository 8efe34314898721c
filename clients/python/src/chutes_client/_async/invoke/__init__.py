"""Calls of models and chutes."""
