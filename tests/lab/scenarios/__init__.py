"""The scenarios, a file for each area. A function changes the healthy world; its decorator says what must come of it."""
