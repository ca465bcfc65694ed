"""The sandbox's Fitbit Web API: the made-up people through the paths of api.fitbit.com.

It speaks as the real one did until it was switched off: its OAuth, its paths and ranges, text for
numbers, padding, approximate headers, and errors in two shapes. Whose days they are is made up
elsewhere (``made_up``), the same days that the sandbox's Google gives.
"""
