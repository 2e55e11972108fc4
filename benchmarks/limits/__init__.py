"""The least that Django can do for the same work: no room, no middleware, the fewest statements, the same bytes."""
