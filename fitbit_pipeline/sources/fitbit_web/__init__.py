"""The Fitbit Web API, switched off on 2 November 2026, and all servers that still speak it."""
