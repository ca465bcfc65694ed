"""From the store to tables: one function per question, each a DataFrame or a handful of numbers.

Every question is asked of a ``Reading``, which is the store as one viewer may see it. Counting and
adding up is MongoDB's work; here its answers only get the days that have no document, so that no
missing day can vanish on the way. What does not belong: Streamlit, charts, wording.
"""
