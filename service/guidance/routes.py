"""What everybody may read before any login: help, limits, code lists."""

from service import errors
from service.guidance import schemas, texts
from service.guidance.vocabularies import Vocabularies, Vocabulary
from service.http import OPEN, Blueprint, Call


def guidance(vocabularies: Vocabularies) -> Blueprint:
    """Make the operations of this room, over all the lists that the rooms brought."""
    blp = Blueprint("guidance", description="Help now, our limits, and what the codes mean. Open to all.")

    @blp.get("/help-now", scope=OPEN, process="holding", answer=schemas.HelpNowView, public=True)
    def help_now(call: Call) -> dict[str, object]:
        """Help for everybody.

        Numbers and things to know, in the language of the caller. Keep it on the phone for when there is no network.
        """
        return {
            "help_now": texts.help_now(call.locale, call.now.date()),
            "monitored": call.runtime.settings.someone_on_duty,
        }

    @blp.get("/limits", scope=OPEN, process="signaling_limits", answer=schemas.LimitsView, public=True)
    def limits(call: Call) -> dict[str, object]:
        """What we cannot do and cannot keep secret.

        To be shown before anything delicate is asked.
        """
        return {"limits": texts.platform_limits(call.locale)}

    @blp.get("/vocabularies", scope=OPEN, process="meeting_at", answer=schemas.VocabularyNamesView, public=True)
    def list_vocabularies(_: Call) -> dict[str, object]:
        """Which lists of codes there are."""
        return {"names": vocabularies.names}

    @blp.get(
        "/vocabularies/<string:name>",
        scope=OPEN,
        process="meeting_at",
        answer=schemas.VocabularyView,
        public=True,
        refusals=(errors.NotThere,),
    )
    def read_vocabulary(call: Call, name: str) -> Vocabulary:
        """A list of codes with its labels, in the language of the caller."""
        return vocabularies.read(name, call.locale)

    return blp
