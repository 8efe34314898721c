"""Plants faults in the clients, one at a time, and tells which of them the suite does not notice."""
