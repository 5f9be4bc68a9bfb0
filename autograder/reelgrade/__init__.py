"""reelgrade: graded NLP exercises, from a bag of embeddings to a fine-tuned encoder."""

__version__ = "0.1.0"
