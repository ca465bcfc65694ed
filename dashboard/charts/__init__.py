"""From tables to figures: a chart, and the words that go with it.

Pure: the same table gives the same figure. What does not belong: Streamlit, and where the table
comes from.
"""
