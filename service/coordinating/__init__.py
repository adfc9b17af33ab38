"""For whoever looks after many: whom a place could help, a round of matches, a proposal where places are few."""
