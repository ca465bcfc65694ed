"""The dashboard: pages that show what the store holds.

It reads and never writes. What does not belong here: deriving anything that another reader of the
database would want too, which is the pipeline's work.
"""
