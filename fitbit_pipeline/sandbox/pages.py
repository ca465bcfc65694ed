"""The HTML pages of the sandbox: consent, its errors, the start page, and Google's 404."""

from collections.abc import Iterable, Mapping
from html import escape

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1f1f1f; background: #f0f4f9; margin: 0 }
main { background: #fff; max-width: 36rem; margin: 8vh auto; padding: 2rem 2.5rem;
  border-radius: 1.25rem }
h1 { font-size: 1.5rem; font-weight: 500; margin-top: 0 }
label, select { display: block; margin: .6rem 0 }
select { font: inherit; padding: .4rem; width: 100% }
button { font: inherit; padding: .5rem 1.5rem; border: 0; border-radius: 1.5rem; cursor: pointer }
button[value=allow] { background: #0b57d0; color: #fff }
.actions { display: flex; justify-content: flex-end; gap: .75rem; margin-top: 1.5rem }
code { background: #f0f4f9; padding: .1rem .3rem; overflow-wrap: anywhere }
td { padding: .1rem 1rem .1rem 0; vertical-align: top }
"""


def _page(title: str, body: str) -> str:
    return (
        f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<main><h1>{escape(title)}</h1>{body}</main></html>"
    )


def consent_page(
    parameters: Mapping[str, str],
    scopes: Mapping[str, str],
    people: Iterable[tuple[str, str]],
    address: str,
    service: str,
) -> str:
    """The page on which a person allows or declines.

    Args:
        parameters: What the consent was asked for with; the form sends it along.
        scopes: The scopes asked for, and what is said about each; each can be unticked.
        people: Key and name of those who may consent here.
        address: Where the form goes.
        service: Who is made up here.
    """
    hint = parameters.get("login_hint", "")
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in parameters.items()
    )
    options = "".join(
        f'<option value="{escape(key)}"{" selected" if key == hint else ""}>'
        f"{escape(name)} ({escape(key)})</option>"
        for key, name in people
    )
    boxes = "".join(
        f'<label><input type="checkbox" name="granted" value="{escape(scope)}" checked> '
        f"{escape(said)}</label>"
        for scope, said in scopes.items()
    )
    return _page(
        "An app wants to read your health data",
        f"<p>This is the sandbox of fitbit-pipeline, not {service}: everybody here is made up.</p>"
        f'<form method="post" action="{address}">{hidden}'
        f'<label>Who are you?<select name="person">{options}</select></label>'
        f"<p>The app will be able to:</p>{boxes}"
        '<div class="actions"><button name="decision" value="cancel">Cancel</button>'
        '<button name="decision" value="allow">Allow</button></div></form>',
    )


def refusal_page(code: int, error: str, sentence: str) -> str:
    """What a person sees when an app asks wrongly."""
    return _page(
        "Access blocked: this app’s request is invalid",
        f"<p>Error {code}: <code>{escape(error)}</code></p><p>{escape(sentence)}</p>",
    )


def start_page(base_url: str, people: Iterable[tuple[str, str, str]]) -> str:
    """What the sandbox is, in one screen.

    Args:
        base_url: Where it is served.
        people: Key, name and time zone of each.
    """
    rows = "".join(
        f"<tr><td><code>{escape(key)}</code><td>{escape(name)}<td>{escape(zone)}</tr>"
        for key, name, zone in people
    )
    return _page(
        "The sandbox of fitbit-pipeline",
        "<p>A made-up Google with made-up people: Google’s OAuth and the reading methods of the "
        "Google Health API v4, on this machine alone. Nobody’s data is here.</p>"
        f"<table>{rows}</table>"
        f'<p><a href="/sandbox/client">The OAuth client file</a> points the pipeline here; the API '
        f"itself is under <code>{escape(base_url)}/v4/users/me/</code>.</p>"
        "<p>The Fitbit Web API, which was switched off, is here too, with the same people: "
        f'<a href="/sandbox/fitbit-client">its client file</a>, and the API under '
        f"<code>{escape(base_url)}/1/user/-/</code>. A person’s archive is under "
        f"<code>{escape(base_url)}/sandbox/people/p001/takeout.zip</code>.</p>"
        '<p>See also <a href="/sandbox/people">the people</a>, '
        '<a href="/sandbox/requests">what was asked</a> and '
        '<a href="/sandbox/faults">what goes wrong on request</a>.</p>',
    )


def not_found_page(path: str) -> str:
    """What Google's front end says to an address that is none."""
    return (
        "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>Error 404 (Not Found)!!1</title>"
        "<p><b>404.</b> <ins>That’s an error.</ins><p>The requested URL "
        f"<code>{escape(path)}</code> was not found on this server. <ins>That’s all we know.</ins>"
    )
