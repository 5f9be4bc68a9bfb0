"""What students receive, what they hand in, and how a newer release reaches the work they have begun."""
