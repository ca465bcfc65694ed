"""Where days come from: one module or package per source, behind one protocol.

No Dagster and no MongoDB in here: a source is asked for days and answers.
"""
