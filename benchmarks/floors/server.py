"""A floor's server as the figures use it: a process that says on which port it listens."""

from benchmarks.children import START_WITHIN_S, Child


class FloorServer(Child):
    """One of the floors' modules, run."""

    def __init__(self, module: str, *args: str) -> None:
        super().__init__(["-m", f"benchmarks.floors.{module}", *args])
        self.port = int(self.await_ready(START_WITHIN_S).split()[1])
