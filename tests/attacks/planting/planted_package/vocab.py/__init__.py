"""Is a folder where a file is expected."""
