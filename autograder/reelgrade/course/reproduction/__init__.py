"""Reproduce the published result: a ladder of classifiers from the majority class to a fine-tuned encoder."""
