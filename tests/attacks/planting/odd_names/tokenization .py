"""Differs by a space."""
