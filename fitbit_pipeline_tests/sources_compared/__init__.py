"""The same made-up people through every source that can bring their days: what differs, and why."""
