"""Which students of a class share code that is neither given nor common: read, measured, ranked, shown. Runs nothing."""
