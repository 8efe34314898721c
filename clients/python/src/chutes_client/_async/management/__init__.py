# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.
"""The generated management methods."""
