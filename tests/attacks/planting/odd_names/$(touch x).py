"""Looks like a command."""
