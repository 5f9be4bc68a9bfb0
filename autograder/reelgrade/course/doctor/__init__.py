"""`reelgrade doctor`: what a machine and an installation lack for this course, one probe a function."""
