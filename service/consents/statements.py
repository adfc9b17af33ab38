"""What the law has us say with a consent, and with everything that is told on the strength of one."""

from __future__ import annotations

from dataclasses import dataclass

# 42 CFR 2.32(a)(2), word for word; it is never translated, because the regulation gives it in English.
SHORT_STATEMENT = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
NOTICE_VERSION = "2.32-2024"
STATEMENTS_VERSION = "1"

# What a person is told before they sign: 42 CFR 2.31(a)(6) to (8). By version, then by language.
STATEMENTS: dict[str, dict[str, tuple[str, ...]]] = {
    "1": {
        "en": (
            "You can take this back at any time, in writing or with your return code: for everybody, or for one.",
            "What was told before you took it back cannot be untold; nothing more is told from that moment on.",
            "You get the same help whether or not you sign. Without it you can still carry a hand-off yourself.",
            "Those who treat you, pay for it or run it may pass on what they learn as health privacy law (HIPAA) "
            "allows, except in proceedings against you.",
        ),
        "es": (
            "Puede retirar este permiso cuando quiera, por escrito o con su código, para todos o para uno solo.",
            "Lo que ya se contó no se puede deshacer; desde ese momento no se cuenta nada más.",
            "Recibe la misma ayuda firme o no firme. Sin firma puede llevar usted su propia nota de entrega.",
            "Quienes le atienden, pagan la atención o la organizan pueden compartir lo que sepan según la ley de "
            "privacidad (HIPAA), pero no en procesos contra usted.",
        ),
    },
}


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice that accompanies a disclosure (42 CFR 2.32): which of the two statements, and its words."""

    statement: int
    text: str
    text_version: str


NOTICE = Notice(2, SHORT_STATEMENT, NOTICE_VERSION)


def statements_in(version: str, locale: str) -> tuple[str, ...]:
    """The statements of a version in the nearest language there is; nothing for a version that we do not know."""
    by_language = STATEMENTS.get(version, {})
    return by_language.get(locale.partition("-")[0], by_language.get("en", ()))
