"""Build the student release, search it for leaks, and bring it to students; the workflows of its forks."""
