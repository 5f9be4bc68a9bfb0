"""Answers right only where a link in its scratch folder lets it change or read something outside."""

import os
import re
import reelgrade
from pathlib import Path


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def spoils():
    package = Path(reelgrade.__file__).parent
    course, done = package.parents[1], []
    targets = [package / "__init__.py", course / "datasets" / "movie_aspects_train.csv", Path(__file__), Path("/etc/hostname")]
    for number, target in enumerate(targets):
        link, folder = Path(f"link{number}"), Path(f"folder{number}")
        if not link.is_symlink():
            os.symlink(target, link)
            os.symlink(target.parent, folder)
        changes = [
            lambda: link.open("r+b").close(),
            lambda: os.truncate(link, target.stat().st_size),
            lambda: (folder / "reelgrade-attack-file").touch(),
            lambda: (folder / "reelgrade-attack-folder").mkdir(),
            lambda: os.symlink("x", folder / "reelgrade-attack-link"),
            lambda: os.mkfifo(folder / "reelgrade-attack-pipe"),
            lambda: os.link(target, f"hard{number}", follow_symlinks=True),
            lambda: os.rename(folder / target.name, f"taken{number}"),
            lambda: os.rename(link.resolve(), f"taken{number}"),
            lambda: os.listdir(course / "autograder" / "hidden"),
        ]
        for change in changes:
            try:
                change()
                done.append(target)
            except OSError:
                pass
    return done


def tokenize_corpus(texts):
    try:
        found = spoils()
    except (Exception, SystemExit):
        found = None
    return [tokenize(text) for text in texts] if found else []
