"""What each move says, in English and Spanish."""

from __future__ import annotations

from service.referrals.states import Move

MOVES_SAY: dict[Move, tuple[str, str]] = {
    Move.SEND: (
        "Announce the person to the offering, with their consent.",
        "Anunciar a la persona, con su permiso.",
    ),
    Move.CARRY: (
        "Give the person a hand-off that they carry themselves.",
        "Dar a la persona una nota de entrega que lleva consigo.",
    ),
    Move.PRESENT: (
        "The person came and showed their hand-off.",
        "La persona vino y mostró su nota de entrega.",
    ),
    Move.RECEIVE: (
        "A human at the offering has read it.",
        "Alguien del lugar lo leyó.",
    ),
    Move.ACCEPT: (
        "The person can come; a place is theirs.",
        "La persona puede venir; tiene su lugar.",
    ),
    Move.WAITLIST: (
        "There is no place yet; the person is on the list.",
        "Todavía no hay lugar; la persona está en la lista.",
    ),
    Move.NEEDS_MORE_TALK: (
        "The offering would like to talk first.",
        "El lugar quiere hablar primero.",
    ),
    Move.DECLINE: (
        "The offering says no, and why. The next best one is offered at once.",
        "El lugar dice que no, y por qué. Se ofrece enseguida la siguiente opción.",
    ),
    Move.SCHEDULE: (
        "A first meeting has a time.",
        "La primera reunión tiene hora.",
    ),
    Move.NOT_MET_YET: (
        "They have not met yet. Nothing is counted, and a new time can be made.",
        "Todavía no se reunieron. No se cuenta nada y se puede fijar otra hora.",
    ),
    Move.FIRST_MEETING: (
        "They met.",
        "Se reunieron.",
    ),
    Move.CONNECTED: (
        "They met again; there is a connection.",
        "Se volvieron a reunir; hay un vínculo.",
    ),
    Move.ONGOING: (
        "They go on meeting.",
        "Siguen reuniéndose.",
    ),
    Move.PAUSE: (
        "A pause. Everything is kept as it is.",
        "Una pausa. Todo queda como está.",
    ),
    Move.RESUME: (
        "The pause is over; it goes on where it stood.",
        "Termina la pausa; sigue donde estaba.",
    ),
    Move.NO_REPLY: (
        "The offering has not answered in time. The next best one is offered at once.",
        "El lugar no respondió a tiempo. Se ofrece enseguida la siguiente opción.",
    ),
    Move.LOST_TOUCH: (
        "Touch was lost. The door stays open; whoever comes back begins where they left.",
        "Se perdió el contacto. La puerta sigue abierta; quien vuelve sigue donde estaba.",
    ),
    Move.WITHDRAW: (
        "The person does not want this any more. No reason is needed.",
        "La persona ya no lo quiere. No hace falta un motivo.",
    ),
    Move.CLOSE: (
        "It is finished, and why.",
        "Terminó, y por qué.",
    ),
    Move.ENTER_IN_ERROR: (
        "This was written down by mistake.",
        "Esto se anotó por error.",
    ),
}
