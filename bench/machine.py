"""The machine on which something was measured."""

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psutil

PACKAGES = ("dagster", "pymongo", "streamlit", "pandas")
GIGABYTE = 1024**3


@dataclass(frozen=True, slots=True)
class Machine:
    """What one must know to judge seconds.

    Attributes:
        processor: Its model.
        cores: How many this process may use.
        gigabytes: Of memory.
        system: The operating system.
        load: How many processes wanted to run in the minute before; far from 0, nothing that was
            measured is worth anything.
        versions: Of Python and of the packages that matter.
    """

    processor: str
    cores: int
    gigabytes: float
    system: str
    load: float
    versions: Mapping[str, str]

    def __str__(self) -> str:
        versions = ", ".join(f"{name} {number}" for name, number in self.versions.items())
        return (
            f"{self.processor}, {self.cores} cores, {self.gigabytes:.0f} GB, {self.system}; "
            f"{versions}; load {self.load:.1f} at the beginning"
        )


def this_machine() -> Machine:
    """The machine that this process runs on."""
    return Machine(
        processor=_processor(),
        cores=len(psutil.Process().cpu_affinity() or ()) if _has_affinity() else _cores(),
        gigabytes=psutil.virtual_memory().total / GIGABYTE,
        system=f"{platform.system()} {platform.machine()}",
        load=psutil.getloadavg()[0],
        versions={
            "Python": platform.python_version(),
            **{package: version(package) for package in PACKAGES},
        },
    )


def _has_affinity() -> bool:
    return hasattr(psutil.Process, "cpu_affinity")


def _cores() -> int:
    return os.cpu_count() or 1


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    if facts.exists():
        for line in facts.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or "a processor that does not tell its name"
