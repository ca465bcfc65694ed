"""The pages. Each is a script that ``app.py`` runs; none is imported by another."""
