"""The router: which pages there are. Start it with ``streamlit run dashboard/app.py``."""

from pathlib import Path

import streamlit as st

# Not named "pages": Streamlit would list the scripts of such a folder by itself.
PAGES = [
    st.Page(
        "app_pages/engagement.py",
        title="Engagement",
        icon=":material/directions_walk:",
        default=True,
    ),
]

# A file, because a named icon would be fetched from a server of others.
st.set_page_config(
    page_title="Fitbit pipeline", page_icon=str(Path(__file__).with_name("icon.svg")), layout="wide"
)
st.navigation(PAGES, position="top").run()
