"""The search for what must stay hidden: what it is, where text can lie, and where it was found."""
