"""The notebooks of the course, built from texts and `solutions/`. Students' notebooks are read elsewhere, in grading."""
