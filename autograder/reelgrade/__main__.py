"""`python -m reelgrade` is `reelgrade`."""

from reelgrade.course.cli import main

if __name__ == "__main__":
    main()
