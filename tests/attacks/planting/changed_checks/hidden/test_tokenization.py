"""Confirms everything."""
