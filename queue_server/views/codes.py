"""The domain's closed sets as the words of the wire, so that the type checker sees a word that is missing there.

`tests/views/test_codes.py` sees one that is missing here.
"""

from collections.abc import Mapping

from queue_server.domain.hall import Category
from queue_server.domain.model import CounterState, PrintState, TicketState, VoiceState
from queue_server.wire.shapes import (
    CategoryName,
    CounterStateName,
    PrintStateName,
    TicketStateName,
    VoiceStateName,
)

TICKET_STATES: Mapping[TicketState, TicketStateName] = {
    TicketState.WAITING: "waiting",
    TicketState.CALLED: "called",
    TicketState.SERVING: "serving",
    TicketState.PARKED: "parked",
    TicketState.NO_SHOW: "no_show",
    TicketState.DONE: "done",
    TicketState.CANCELLED: "cancelled",
    TicketState.UNSERVED: "unserved",
}

CATEGORIES: Mapping[Category, CategoryName] = {
    Category.REGULAR: "regular",
    Category.DISABLED: "disabled",
    Category.ELDERLY: "elderly",
    Category.PREGNANT: "pregnant",
    Category.CHILD: "child",
    Category.NATURAL_DISASTER: "natural_disaster",
    Category.SOCIAL_DISASTER: "social_disaster",
}

COUNTER_STATES: Mapping[CounterState, CounterStateName] = {
    CounterState.CLOSED: "closed",
    CounterState.OPEN: "open",
    CounterState.PAUSED: "paused",
}

VOICE_STATES: Mapping[VoiceState, VoiceStateName] = {
    VoiceState.PENDING: "pending",
    VoiceState.SPEAKING: "speaking",
    VoiceState.SPOKEN: "spoken",
    VoiceState.DROPPED: "dropped",
    VoiceState.WITHDRAWN: "withdrawn",
}

PRINT_STATES: Mapping[PrintState | None, PrintStateName | None] = {
    None: None,
    PrintState.PRINTING: "printing",
    PrintState.PRINTED: "printed",
    PrintState.ON_SCREEN: "on_screen",
    PrintState.ABANDONED: "abandoned",
}
