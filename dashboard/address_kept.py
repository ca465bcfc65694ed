"""Brings a reader back to the address that they opened, after they signed in somewhere else.

A sign-in service sends everybody back to the same address, and Streamlit starts anew there. So the
browser itself remembers, in the storage that this tab alone has, and forgets when it was used.
"""

import streamlit as st

_KEEP = """<script>
if (location.search || !location.pathname.endsWith("/")) {
    sessionStorage.setItem("address-before-sign-in", location.pathname + location.search);
}
</script>"""

# Behind the origin, whatever was kept stays an address of this dashboard.
_RETURN = """<script>
const kept = sessionStorage.getItem("address-before-sign-in");
sessionStorage.removeItem("address-before-sign-in");
if (kept && kept !== location.pathname + location.search) {
    location.replace(location.origin + kept);
}
</script>"""


def keep_address() -> None:
    """Lets the browser remember the address, unless it is that of the first page as it is."""
    st.html(_KEEP, unsafe_allow_javascript=True)


def return_to_kept_address() -> None:
    """Lets the browser go to the address that it remembered, if there is one."""
    st.html(_RETURN, unsafe_allow_javascript=True)
