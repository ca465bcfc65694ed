"""MongoDB: documents, indexes, idempotent writes, queries, and the embedded server.

pymongo lives only in here. What does not belong: where days come from, and what a payload means.
"""
