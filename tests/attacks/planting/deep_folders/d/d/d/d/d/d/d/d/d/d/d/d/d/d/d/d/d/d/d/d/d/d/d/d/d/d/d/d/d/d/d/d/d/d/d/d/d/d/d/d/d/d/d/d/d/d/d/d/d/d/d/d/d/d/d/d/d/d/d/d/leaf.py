"""Lies deep."""
