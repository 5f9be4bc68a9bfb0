"""`reelgrade new`: a fresh course folder, and the nbgrader course in it. What a course is made of stands in make.py."""
