"""Names made comparable by the database itself, so that every way in leaves the same key."""

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Expression, F, Func, TextField, Value
from django.db.models.functions import Lower

LEFT_OUT = "有限责任公司|股份有限公司|有限公司|[][ ()<>{}.,:;·・、。，《》〈〉【】“”‘’\"'&_—–-]+"


class FoldWidth(Func):
    """Full-width signs made half-width, compatibility forms made plain (NFKC)."""

    template = "normalize(%(expressions)s, NFKC)"
    output_field = TextField()


class Without(Func):
    """The text without what fits a pattern, everywhere."""

    function = "regexp_replace"
    output_field = CharField(max_length=200)


def key(name: Expression | F) -> Without:
    """What is left of a name when two are compared: no width, case, brackets, spaces nor legal form."""
    return Without(Lower(FoldWidth(name)), Value(LEFT_OUT), Value(""), Value("g"))


class Parts(Func):
    """The parts of a text that is a list, in lower case: 计量, 六西格玛 → {计量, 六西格玛}."""

    template = "regexp_split_to_array(btrim(%(expressions)s), '[[:space:]]*[,;、/|\n][[:space:]]*')"
    output_field = ArrayField(TextField())


def parts(text: Expression | F) -> Parts:
    return Parts(Lower(FoldWidth(text)))
