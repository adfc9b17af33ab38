"""What codes are called inside our sentences, in the person's language."""

from __future__ import annotations

from collections.abc import Iterable

LABELS: dict[str, dict[str, tuple[str, str]]] = {
    "setting": {
        "street": ("on the street", "en la calle"),
        "drop_in": ("a drop-in", "un centro de acogida"),
        "clinic": ("a clinic", "una clínica"),
        "home_visit": ("visits at home", "visitas en casa"),
        "phone": ("phone", "teléfono"),
        "video": ("video", "video"),
        "text": ("text messages", "mensajes de texto"),
        "group": ("a group", "un grupo"),
        "one_to_one": ("one to one", "uno a uno"),
    },
    "paper": {
        "id": ("an ID", "una identificación"),
        "legal_name": ("your legal name", "su nombre legal"),
        "address": ("an address", "una dirección"),
        "insurance": ("insurance", "un seguro médico"),
        "drug_test": ("a drug test", "una prueba de drogas"),
    },
    "payment": {
        "free": ("what is free", "lo que es gratis"),
        "sliding": ("a sliding scale", "una tarifa según ingresos"),
        "medicaid": ("Medicaid", "Medicaid"),
        "medicare": ("Medicare", "Medicare"),
        "va": ("the VA", "el VA"),
        "private": ("private insurance", "un seguro privado"),
        "fixed": ("a fixed price", "un precio fijo"),
    },
    "wish": {
        "wheelchair": ("wheelchair access", "acceso con silla de ruedas"),
        "step_free": ("a way in without steps", "una entrada sin escalones"),
        "asl": ("American Sign Language", "lengua de señas americana"),
        "captions": ("captions", "subtítulos"),
        "easy_read": ("easy-to-read words", "lectura fácil"),
        "read_aloud": ("somebody who reads aloud", "alguien que lea en voz alta"),
        "large_print": ("large print", "letra grande"),
        "low_sensory": ("a calm, quiet place", "un lugar tranquilo y sin ruido"),
        "childcare": ("childcare", "cuidado de niños"),
        "service_animal": ("room for a service animal", "lugar para un animal de servicio"),
        "transit_nearby": ("a bus or train nearby", "autobús o tren cerca"),
        "accessible_toilet": ("an accessible toilet", "un baño accesible"),
        "lgbtq": ("affirming for LGBTQ+ people", "respeto a personas LGBTQ+"),
        "trans": ("affirming for trans people", "respeto a personas trans"),
        "women": ("for women", "para mujeres"),
        "black": ("affirming for Black people", "respeto a personas negras"),
        "latine": ("affirming for Latine people", "respeto a personas latinas"),
        "indigenous": ("affirming for Indigenous people", "respeto a personas indígenas"),
        "asian_pacific": (
            "affirming for Asian and Pacific people",
            "respeto a personas asiáticas y de las islas del Pacífico",
        ),
        "immigrant": ("welcoming to immigrants", "bienvenida a personas inmigrantes"),
        "sex_workers": ("welcoming to sex workers", "bienvenida a personas que ejercen trabajo sexual"),
        "veterans": ("for people who served", "para quienes sirvieron en las fuerzas armadas"),
        "deaf": ("for Deaf people", "para personas sordas"),
        "disability": ("for people with disabilities", "para personas con discapacidad"),
        "faith": ("room for faith", "lugar para la fe"),
        "no_faith": ("without religion", "sin religión"),
        "youth": ("for young people", "para jóvenes"),
        "older_adults": ("for older people", "para personas mayores"),
        "parents": ("for parents", "para madres y padres"),
        "after_incarceration": ("for people coming out of jail or prison", "para quienes salen de la cárcel"),
        "peer_led": ("led by peers", "dirigido por pares"),
        "pets": ("pets are welcome", "se aceptan mascotas"),
        "kids": ("children are welcome", "se aceptan niños"),
        "couples": ("couples are welcome", "se aceptan parejas"),
        "mornings": ("open in the morning", "abierto por la mañana"),
        "afternoons": ("open in the afternoon", "abierto por la tarde"),
        "evenings": ("open in the evening", "abierto por la noche"),
        "weekends": ("open on weekends", "abierto los fines de semana"),
        "walk_in": ("no appointment needed", "sin cita"),
        "free": ("free", "gratis"),
        "at_your_times": ("open when you can come", "abierto cuando usted puede venir"),
        "same_language": ("speaks your language", "habla su idioma"),
        "pregnancy_reproductive": ("care around pregnancy", "atención en el embarazo"),
    },
    "weekday": {
        "mon": ("Monday", "el lunes"),
        "tue": ("Tuesday", "el martes"),
        "wed": ("Wednesday", "el miércoles"),
        "thu": ("Thursday", "el jueves"),
        "fri": ("Friday", "el viernes"),
        "sat": ("Saturday", "el sábado"),
        "sun": ("Sunday", "el domingo"),
    },
    "language": {
        "en": ("English", "inglés"),
        "es": ("Spanish", "español"),
        "zh": ("Chinese", "chino"),
        "yue": ("Cantonese", "cantonés"),
        "tl": ("Tagalog", "tagalo"),
        "vi": ("Vietnamese", "vietnamita"),
        "ar": ("Arabic", "árabe"),
        "fr": ("French", "francés"),
        "ht": ("Haitian Creole", "criollo haitiano"),
        "ko": ("Korean", "coreano"),
        "ru": ("Russian", "ruso"),
        "pt": ("Portuguese", "portugués"),
        "fa": ("Persian", "persa"),
        "so": ("Somali", "somalí"),
        "am": ("Amharic", "amárico"),
        "nv": ("Navajo", "navajo"),
        "ase": ("American Sign Language", "lengua de señas americana"),
    },
}
_AND = {"en": "and", "es": "y"}
_OR = {"en": "or", "es": "o"}


def label(kind: str, code: str, locale: str) -> str:
    """What a code is called; a code that we have no word for is called by itself, with spaces."""
    found = LABELS[kind].get(code) or (LABELS["setting"].get(code) if kind == "wish" else None)
    return found[locale == "es"] if found else code.replace("_", " ")


def labels(kind: str, codes: Iterable[str], locale: str, *, either: bool = False) -> str:
    """What several codes are called, as a list in a sentence."""
    return joined([label(kind, code, locale) for code in codes], locale, either=either)


def joined(words: list[str], locale: str, *, either: bool = False) -> str:
    """Join words as a sentence does: a, b and c."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {(_OR if either else _AND)[locale]} {words[-1]}"
