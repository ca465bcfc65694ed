"""The services whose accounts participants connect, as sentences speak of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """A service whose accounts participants connect.

    Attributes:
        name: As people know it.
        option: What ``fitbit-pipeline connect`` is told behind the participant's name.
    """

    name: str
    option: str = ""

    def connecting(self, participant: str) -> str:
        """The command that connects a participant."""
        return f"fitbit-pipeline connect {participant}{self.option}"


GOOGLE = Service("Google")
FITBIT = Service("Fitbit", " --source fitbit_web")
