"""Grade a whole class: submissions, engine, journal, and what the instructor gets."""
