"""Cannot be compiled: its error has escapes in its text and a line of its own choosing."""

raise SyntaxError("\x1b[2J100 of 100 points", ("/etc/passwd", 1, 1, "root:x:0:0"))
