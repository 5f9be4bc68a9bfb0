"""Differs by case."""
