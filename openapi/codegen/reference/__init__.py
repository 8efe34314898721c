"""The reference pages: one for each resource, the four languages side by side, from the same IR as the clients."""
