"""The router: which pages there are. Start it with ``streamlit run dashboard/app.py``."""

from pathlib import Path

import streamlit as st

from dashboard.access import admit
from dashboard.connection import open_store
from dashboard.page_frame import enter
from dashboard.page_parts import errors_in_words
from dashboard.queries.reading import Reading
from fitbit_pipeline.deployment import utc_now
from fitbit_pipeline.settings import load_settings

# Not named "pages": Streamlit would list the scripts of such a folder by itself.
PAGES = {
    "overview": ("Overview", ":material/dashboard:"),
    "sleep": ("Sleep", ":material/bedtime:"),
    "engagement": ("Engagement", ":material/directions_walk:"),
    "heart": ("Heart and recovery", ":material/cardiology:"),
    "participants": ("Participants", ":material/group:"),
    "data_quality": ("Data quality", ":material/fact_check:"),
}
# Pages for those alone who may see everybody.
OF_EVERYBODY = {"participants"}

# A file, because a named icon would be fetched from a server of others.
st.set_page_config(
    page_title="Fitbit pipeline", page_icon=str(Path(__file__).with_name("icon.svg")), layout="wide"
)
with errors_in_words():
    settings = load_settings()
    with st.spinner("Connecting to the database"):
        store = open_store(settings)
    admission = admit(settings, store)
    if admission:
        minute = int(utc_now().timestamp() // 60)
        enter(settings, Reading(store, admission.bound_to, minute))

if admission:
    pages = [
        st.Page(f"app_pages/{name}.py", title=title, icon=icon, default=name == "overview")
        for name, (title, icon) in PAGES.items()
        if admission.bound_to is None or name not in OF_EVERYBODY
    ]
    st.navigation(pages, position="top").run()
