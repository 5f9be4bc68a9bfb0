"""Looks like an option."""
