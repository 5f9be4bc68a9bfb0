"""How a submission is judged: the seam to its holes, the checks' outcomes, the report."""
