"""Raises KeyboardInterrupt while it is being imported, as a user's Ctrl-C would."""

raise KeyboardInterrupt
