"""Read-only views of what was handed in: a folder, an archive, a commit. Nothing here writes, runs or imports."""
