"""Properties: what holds for whatever there is, tried by hypothesis with thousands of examples."""
