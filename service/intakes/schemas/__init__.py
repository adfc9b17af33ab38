"""What intakes and choices say on the wire."""

from service.intakes.schemas.forms import ChoiceForm as ChoiceForm
from service.intakes.schemas.forms import IntakeForm as IntakeForm
from service.intakes.schemas.forms import IntakePatch as IntakePatch
from service.intakes.schemas.forms import IntakeQuery as IntakeQuery
from service.intakes.schemas.views import ChoiceView as ChoiceView
from service.intakes.schemas.views import IntakeLineView as IntakeLineView
from service.intakes.schemas.views import IntakeReceiptView as IntakeReceiptView
from service.intakes.schemas.views import IntakeView as IntakeView
from service.intakes.schemas.views import VersionView as VersionView
