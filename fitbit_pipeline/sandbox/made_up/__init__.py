"""The made-up participants: who they are, what happened on their days, and the API's rows of it.

Everything follows from a seed: the same person and day are the same whoever asks, whenever. Nothing
here knows HTTP, consent or pages; the server knows all this as ``population`` alone.
"""
