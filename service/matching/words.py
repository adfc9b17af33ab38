"""The sentences that matching says, plain and short, in English and Spanish. Numbers and names are put in by others."""

from __future__ import annotations

from math import inf

from service.guidance.rules import LOCALES
from service.guidance.words import Sentences

_SENTENCES: dict[str, tuple[str, str]] = {
    # Why not.
    "level.hrp_declared": (
        "Its training in harm reduction is declared by itself and not verified.",
        "Su formación en reducción de daños la declara el propio lugar y no está verificada.",
    ),
    "level.harm_reduction_friendly": (
        "It has shown no training in harm reduction therapy, so it is matched for other kinds of help only.",
        "No ha mostrado formación en terapia de reducción de daños; solo se propone para otros tipos de ayuda.",
    ),
    "level.conflicts": (
        "It demands things that go against harm reduction.",
        "Exige cosas que van contra la reducción de daños.",
    ),
    "level.unattested": (
        "Nobody has told us its policies yet, so we send nobody there.",
        "Nadie nos ha dicho todavía cuáles son sus normas, así que no enviamos a nadie allí.",
    ),
    "open": ("It has no room. We last heard {ago}.", "No tiene lugar. Lo supimos {ago}."),
    "language": ("Nobody there speaks {languages}.", "Allí nadie habla {languages}."),
    "language.interpreter": (
        "Nobody there speaks {languages} without an interpreter.",
        "Allí nadie habla {languages} sin intérprete.",
    ),
    "reach.far": (
        "It is {km} km away; you said up to {max_km}.",
        "Está a {km} km; usted dijo hasta {max_km}.",
    ),
    "reach.nowhere": (
        "We do not know where it is, so we cannot say that it is near enough.",
        "No sabemos dónde está, así que no podemos decir que esté lo bastante cerca.",
    ),
    "reach.licence": (
        "Nobody there may see people in {jurisdiction} from a distance.",
        "Nadie de allí puede atender a distancia a personas en {jurisdiction}.",
    ),
    "setting": ("It offers {offered}; you wanted {wanted}.", "Ofrece {offered}; usted quería {wanted}."),
    "age": ("It takes people {ages}.", "Atiende a personas {ages}."),
    "papers": ("It asks everybody for {papers}.", "Pide a todo el mundo {papers}."),
    "cost": ("It is paid with {ways}; you said {said}.", "Se paga con {ways}; usted dijo {said}."),
    "cost.unknown": ("It does not say how it can be paid.", "No dice cómo se puede pagar."),
    "access": ("We do not know that it has {needs}.", "No sabemos si tiene {needs}."),
    "medication": (
        "It does not take everybody who is on medication such as methadone or buprenorphine.",
        "No acepta a todas las personas que toman medicamentos como metadona o buprenorfina.",
    ),
    "dealbreakers": (
        "It lacks what you will not do without: {wishes}.",
        "Le falta algo a lo que usted no renuncia: {wishes}.",
    ),
    "not_blocked": ("You said: not this one.", "Usted dijo: este no."),
    "serves": ("It does not help with what you named.", "No ayuda con lo que usted nombró."),
    "serves.therapy": (
        "It is therapy, and you said that you do not want that now.",
        "Es terapia, y usted dijo que ahora no la quiere.",
    ),
    "serves.couples": ("It is for couples together.", "Es para parejas, juntas."),
    # What would change it.
    "change.declared": ("Ask for declared offerings too.", "Pida también lugares con formación declarada."),
    "change.ask_again": (
        "Ask again in a few days, or ask about a waitlist.",
        "Pregunte otra vez en unos días, o pregunte por una lista de espera.",
    ),
    "change.interpreter": ("Accept an interpreter ({languages}).", "Acepte un intérprete ({languages})."),
    "change.travel": ("Travel {km} km more.", "Viaje {km} km más."),
    "change.setting": ("Accept {settings}.", "Acepte {settings}."),
    "change.ask_area": (
        "Ask whether you are in the area that it serves: {areas}.",
        "Pregunte si usted está en la zona que atiende: {areas}.",
    ),
    "change.licence": (
        "A practitioner licensed in {jurisdiction}.",
        "Un profesional con licencia en {jurisdiction}.",
    ),
    "change.papers": (
        "Bring {papers}, or ask how to do it without.",
        "Traiga {papers}, o pregunte cómo hacerlo sin eso.",
    ),
    "change.cost": ("Pay with {ways}.", "Pague con {ways}."),
    "change.ask_cost": ("Ask what it costs.", "Pregunte cuánto cuesta."),
    "change.ask_access": ("Ask whether they can arrange it.", "Pregunte si lo pueden organizar."),
    "change.let_go": ("Let go of it as something you must have: {wishes}.", "No lo ponga como condición: {wishes}."),
    "change.unblock": ("Change your mind about it.", "Cambie de opinión sobre este lugar."),
    "change.therapy": ("Say that you want to hear about therapy.", "Diga que quiere saber de terapia."),
    # Because.
    "fit.all": ("Helps with everything you named.", "Ayuda con todo lo que usted nombró."),
    "fit.some": ("Helps with the {places} of the things you named.", "Ayuda con lo {places} de lo que usted nombró."),
    "fit.none": ("Helps with none of the things you named.", "No ayuda con nada de lo que usted nombró."),
    "fit.unsaid": (
        "You have not said what it is about, so this counts the same everywhere.",
        "Usted no ha dicho de qué se trata, así que esto cuenta igual en todas partes.",
    ),
    "near.unsaid": (
        "You have not said where you are, so this counts the same everywhere.",
        "Usted no ha dicho dónde está, así que esto cuenta igual en todas partes.",
    ),
    "near.comes": ("It comes to you.", "Va a donde usted está."),
    "near.comes_area": ("It comes to {areas}, where you are.", "Va a {areas}, donde está usted."),
    "near.serves": ("It serves {areas}, where you are.", "Atiende la zona de {areas}, donde está usted."),
    "near.km": ("It is {km} km away.", "Está a {km} km."),
    "near.wanted": ("By {settings}, as you wanted.", "Por {settings}, como usted quería."),
    "near.afar": ("By {settings}.", "Por {settings}."),
    "near.unknown": ("We do not know how far it is.", "No sabemos qué tan lejos está."),
    "wishes.unsaid": (
        "You have named no wishes, so this counts the same everywhere.",
        "Usted no ha nombrado deseos, así que esto cuenta igual en todas partes.",
    ),
    "wishes.some": (
        "Of what you would like, {met} of {all}: {wishes}.",
        "De lo que le gustaría, {met} de {all}: {wishes}.",
    ),
    "wishes.none": ("Of what you would like, none of {all}.", "De lo que le gustaría, nada de {all}."),
    "depth.verified": (
        "{hours} hours of verified training in harm reduction.",
        "{hours} horas de formación verificada en reducción de daños.",
    ),
    "depth.declared": (
        "{hours} hours of training in harm reduction, declared and not verified.",
        "{hours} horas de formación en reducción de daños, declaradas y no verificadas.",
    ),
    "depth.none": (
        "No hours of harm reduction training are on record.",
        "No consta ninguna hora de formación en reducción de daños.",
    ),
    # What it would ask.
    "asks.abstinence_to_start": (
        "To have stopped using before you start.",
        "Haber dejado de consumir antes de empezar.",
    ),
    "asks.abstinence_goal": (
        "To make stopping your goal.",
        "Que dejar de consumir sea su meta.",
    ),
    "asks.abstinence_to_continue": (
        "Not to use while you are there. People have to leave when they use.",
        "No consumir mientras esté allí. Quien consume tiene que irse.",
    ),
    "asks.twelve_step": ("To take part in a 12-step program.", "Participar en un programa de 12 pasos."),
    "asks.test_discharge": (
        "Drug tests; the result can cost you your place.",
        "Pruebas de drogas; el resultado puede costarle su lugar.",
    ),
    "asks.test_privilege": (
        "Drug tests; the result can change your dose or what you may do.",
        "Pruebas de drogas; el resultado puede cambiar su dosis o lo que puede hacer.",
    ),
    "asks.test": ("Drug tests; the result is talked about.", "Pruebas de drogas; se habla del resultado."),
    "asks.test_safety": (
        "A drug test only where medical safety needs it; the result is talked about.",
        "Una prueba de drogas solo si la seguridad médica lo pide; se habla del resultado.",
    ),
    "asks.no_moud": (
        "Not to be on medication such as methadone or buprenorphine.",
        "No tomar medicamentos como metadona o buprenorfina.",
    ),
    "asks.counselling": (
        "Counselling, to get medication.",
        "Consejería, para recibir el medicamento.",
    ),
    "asks.not_intoxicated": ("Not to come in while intoxicated.", "No llegar bajo los efectos de algo."),
    "asks.take_part": (
        "To be able to take part safely when you come.",
        "Poder participar con seguridad cuando llegue.",
    ),
    "asks.missed_fee": ("A fee for a missed visit.", "Un pago por una cita perdida."),
    "asks.missed_discharge": (
        "To come to visits; missing some can cost you your place.",
        "Ir a las citas; faltar a algunas puede costarle su lugar.",
    ),
    "asks.supplies_offered": (
        "To hear an offer of counselling before you get supplies. You may say no.",
        "Escuchar una oferta de consejería antes de recibir material. Puede decir que no.",
    ),
    "asks.supplies_required": (
        "Counselling before you get supplies.",
        "Consejería antes de recibir material.",
    ),
    "asks.paper": ("{paper}.", "{paper}."),
    "asks.paper_for_some": ("{paper}, for some of what they do.", "{paper}, para parte de lo que hacen."),
    "asks.cost": ("To pay with {ways}.", "Pagar con {ways}."),
    "asks.nothing": ("Nothing.", "Nada."),
    # Limits that follow from what an offering attested, and from what it left unsaid.
    "limit.reports_routinely": (
        "It reports to the court about people who are sent by one.",
        "Informa al tribunal sobre las personas que este envía.",
    ),
    "limit.reports_with_consent": (
        "It tells a court something only if you agree in writing.",
        "Solo informa a un tribunal si usted lo acepta por escrito.",
    ),
    "limit.undeclared": (
        "It has not told us its limits. Before you tell them much, ask what they cannot do and cannot keep private.",
        "No nos ha dicho sus límites. Antes de contar mucho, pregunte qué no pueden hacer ni guardar en secreto.",
    ),
    # When there is nothing.
    "would_add.one": ("{change} That would add one place.", "{change} Así habría un lugar más."),
    "would_add": ("{change} That would add {count} places.", "{change} Así habría {count} lugares más."),
    "nothing.removed": ("{count} of {all}: {question}", "{count} de {all}: {question}"),
    "nothing.empty": (
        "There is nothing in the directory yet that anybody could be sent to.",
        "Todavía no hay en el directorio ningún lugar al que se pueda enviar a alguien.",
    ),
    "now.help": (
        "Help that needs no match is there now: see help_now, and hand out what you have.",
        "Hay ayuda que no necesita búsqueda: vea help_now, y entregue lo que tenga.",
    ),
    "now.almost": (
        "Look at what is almost a match: one change would do.",
        "Vea lo que casi coincide: bastaría con un cambio.",
    ),
    "now.waitlists": (
        "Ask about waitlists: some places are only full.",
        "Pregunte por listas de espera: algunos lugares solo están llenos.",
    ),
    "now.declared": (
        "Look at places whose training is declared and not verified.",
        "Vea lugares cuya formación es declarada y no verificada.",
    ),
    "now.again": (
        "Ask again: the directory changes every day.",
        "Pregunte otra vez: el directorio cambia cada día.",
    ),
    # Small parts.
    "ago.today": ("less than a day ago", "hace menos de un día"),
    "ago.yesterday": ("yesterday", "ayer"),
    "ago.days": ("{days} days ago", "hace {days} días"),
    "ages.between": ("from {low} to {high}", "de {low} a {high} años"),
    "ages.from": ("from {low}", "desde los {low} años"),
    "ages.to": ("up to {high}", "hasta los {high} años"),
    "place.1": ("first", "primero"),
    "place.2": ("second", "segundo"),
    "place.3": ("third", "tercero"),
    "place.4": ("fourth", "cuarto"),
    "place.5": ("fifth", "quinto"),
    "place.n": ("{place}th", "número {place}"),
    "somewhere": ("your jurisdiction", "su jurisdicción"),
}

# The questions of the rules, as the person reads them when nothing is left.
QUESTIONS: dict[str, tuple[str, str]] = {
    "level": ("not shown to be what was asked for", "no han mostrado ser lo que se pidió"),
    "open": ("full", "llenos"),
    "language": ("no language in common", "ningún idioma en común"),
    "reach": ("too far, or not licensed where you are", "demasiado lejos, o sin licencia donde usted está"),
    "setting": ("not in a way you wanted", "no de la forma que usted quería"),
    "age": ("for other ages", "para otras edades"),
    "papers": ("ask for papers you will not show", "piden documentos que usted no mostrará"),
    "cost": ("not paid for in a way you named", "no se pagan como usted dijo"),
    "access": ("access needs not met", "sin la accesibilidad que necesita"),
    "medication": ("do not take everybody on medication", "no aceptan a todos los que toman medicamentos"),
    "dealbreakers": ("lack something you will not do without", "les falta algo a lo que usted no renuncia"),
    "not_blocked": ("you said not this one", "usted dijo que no"),
    "serves": ("do not help with what you named", "no ayudan con lo que usted nombró"),
}


SENTENCES = Sentences({key: dict(zip(LOCALES, both, strict=True)) for key, both in _SENTENCES.items()})


def say(locale: str, key: str, **parts: object) -> str:
    """Say a sentence in the reader's language."""
    return SENTENCES.say(key, locale, **parts)


def question(locale: str, rule: str) -> str:
    """What a rule that was not met says, among others."""
    return QUESTIONS[rule][locale == "es"]


def kilometres(km: float, locale: str, *, exact: bool = False) -> str:
    """A distance as people say it: to 100 m under 10 km, whole kilometres beyond; exactly, to the metre."""
    text = f"{km:.3f}" if exact else f"{km:.1f}".removesuffix(".0") if km < 10 else f"{km:.0f}"
    return text.replace(".", ",") if locale == "es" else text


def ago(age_days: float, locale: str) -> str:
    """How long ago, in days; nothing to say where nobody ever said anything."""
    if age_days == inf:
        return ""
    whole = int(age_days)
    if whole < 2:
        return say(locale, "ago.yesterday" if whole else "ago.today")
    return say(locale, "ago.days", days=whole)
