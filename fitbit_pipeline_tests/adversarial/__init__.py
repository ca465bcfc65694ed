"""Input that was made to harm: names, documents and archives."""
