"""What needs more than one request, on top of the generated resources."""
