"""The code lists of intakes and choices with their labels, in English and Spanish, for the screens of apps."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from service.guidance.vocabularies import Code
from service.intakes.codes import (
    Choice,
    Horizon,
    MattersMost,
    Mode,
    Naloxone,
    RecordedBy,
    Stance,
    TravelBy,
    Want,
    WantsTherapy,
)

_SAY: dict[type[StrEnum], Mapping[StrEnum, tuple[str, str]]] = {
    Mode: {
        Mode.STREET_OUTREACH: ("Met on the street", "Encuentro en la calle"),
        Mode.MOBILE_VAN: ("At the van", "En la camioneta"),
        Mode.WALK_IN: ("Walked in", "Llegó por su cuenta"),
        Mode.DROP_IN: ("At the drop-in", "En el centro de día"),
        Mode.SYRINGE_SERVICE: ("At the syringe service", "En el servicio de jeringas"),
        Mode.SHELTER_IN_REACH: ("In a shelter", "En un albergue"),
        Mode.JAIL_IN_REACH: ("In jail", "En la cárcel"),
        Mode.HOSPITAL_OR_ED: ("In a hospital", "En un hospital"),
        Mode.CLINIC_REFERRAL: ("Through a clinic", "Por medio de una clínica"),
        Mode.PHONE: ("By phone", "Por teléfono"),
        Mode.TEXT: ("By text", "Por mensaje de texto"),
        Mode.VIDEO: ("By video", "Por video"),
        Mode.WEB_SELF: ("On the web, on their own", "En la web, por su cuenta"),
        Mode.PEER: ("Through a peer", "Por medio de un par"),
        Mode.FAMILY_OR_FRIEND: ("Through family or a friend", "Por familia o una amistad"),
        Mode.COURT_OR_PROBATION: ("Sent by a court or probation", "Por un tribunal o libertad condicional"),
        Mode.UNSPECIFIED: ("Not said", "No se dijo"),
    },
    RecordedBy: {
        RecordedBy.PERSON: ("The person", "La persona"),
        RecordedBy.WORKER_WITH_PERSON: ("A worker, together with the person", "Quien trabaja aquí, con la persona"),
        RecordedBy.WORKER_LATER: ("A worker, later", "Quien trabaja aquí, más tarde"),
        RecordedBy.THIRD_PARTY: ("Somebody else, who asks", "Otra persona, que pregunta"),
    },
    WantsTherapy: {
        WantsTherapy.YES: ("Yes", "Sí"),
        WantsTherapy.NO: ("No", "No"),
        WantsTherapy.MAYBE: ("Maybe", "Quizás"),
        WantsTherapy.NOT_ASKED: ("Not asked", "No se preguntó"),
        WantsTherapy.DECLINED: ("Would rather not say", "Prefiere no decirlo"),
    },
    Want: {
        Want.GET: ("To get it", "Conseguirlo"),
        Want.KEEP: ("To keep it", "Conservarlo"),
        Want.CHANGE: ("To change it", "Cambiarlo"),
        Want.STOP: ("To stop it", "Dejarlo"),
        Want.AVOID: ("To stay clear of it", "Evitarlo"),
        Want.UNDERSTAND: ("To understand it", "Entenderlo"),
        Want.BE_LEFT_ALONE_ABOUT: ("To be left alone about it", "Que no me hablen de eso"),
        Want.OTHER: ("Something else", "Otra cosa"),
    },
    Horizon: {
        Horizon.TODAY: ("Today", "Hoy"),
        Horizon.THIS_WEEK: ("This week", "Esta semana"),
        Horizon.THIS_MONTH: ("This month", "Este mes"),
        Horizon.LATER: ("Later", "Más adelante"),
        Horizon.UNSPECIFIED: ("Not said", "No se dijo"),
    },
    Stance: {
        Stance.KEEP_AS_IS: ("Keep it as it is", "Seguir como está"),
        Stance.USE_MORE_SAFELY: ("Use more safely", "Usar con más seguridad"),
        Stance.USE_LESS: ("Use less", "Usar menos"),
        Stance.TAKE_A_BREAK: ("Take a break", "Hacer una pausa"),
        Stance.STOP: ("Stop", "Dejarlo"),
        Stance.NOT_SURE: ("Not sure", "No sé"),
        Stance.NOT_A_CONCERN: ("Not a concern", "No me preocupa"),
        Stance.DECLINED: ("Would rather not say", "Prefiere no decirlo"),
    },
    TravelBy: {
        TravelBy.FOOT: ("On foot", "A pie"),
        TravelBy.WHEELCHAIR: ("By wheelchair", "En silla de ruedas"),
        TravelBy.BIKE: ("By bike", "En bicicleta"),
        TravelBy.TRANSIT: ("By bus or train", "En autobús o tren"),
        TravelBy.CAR: ("By car", "En auto"),
        TravelBy.RIDE: ("Somebody gives a ride", "Alguien me lleva"),
        TravelBy.OTHER: ("Another way", "De otra manera"),
    },
    MattersMost: {
        MattersMost.FIT: ("That it helps with what matters to me", "Que ayude con lo que me importa"),
        MattersMost.SOON: ("That it is soon", "Que sea pronto"),
        MattersMost.NEAR: ("That it is near", "Que esté cerca"),
        MattersMost.WISHES: ("That it is the way I like it", "Que sea como me gusta"),
        MattersMost.DEPTH: ("That they are well trained for it", "Que tengan buena formación para eso"),
    },
    Naloxone: {
        Naloxone.YES: ("Has some", "Tiene"),
        Naloxone.NO: ("Has none", "No tiene"),
        Naloxone.WANTS_SOME: ("Wants some", "Quiere tener"),
        Naloxone.NOT_ASKED: ("Not asked", "No se preguntó"),
        Naloxone.DECLINED: ("Would rather not say", "Prefiere no decirlo"),
    },
    Choice: {
        Choice.INTERESTED: ("I am interested", "Me interesa"),
        Choice.TELL_ME_MORE: ("Tell me more", "Cuénteme más"),
        Choice.NOT_NOW: ("Not now", "Ahora no"),
        Choice.NOT_THIS_ONE: ("Not this one", "Este no"),
        Choice.LET_ME_THINK: ("Let me think", "Déjeme pensarlo"),
    },
}
_NAMES: dict[str, type[StrEnum]] = {
    "modes": Mode,
    "recorded_by": RecordedBy,
    "wants_therapy": WantsTherapy,
    "wants": Want,
    "horizons": Horizon,
    "stances": Stance,
    "travel_by": TravelBy,
    "matters_most": MattersMost,
    "naloxone": Naloxone,
    "choices": Choice,
}


def _labelled(codes: type[StrEnum]) -> tuple[Code, ...]:
    said = _SAY[codes]
    return tuple(Code(code.value, {"en": said[code][0], "es": said[code][1]}) for code in codes)


INTAKE_VOCABULARIES: dict[str, tuple[Code, ...]] = {name: _labelled(codes) for name, codes in _NAMES.items()}
