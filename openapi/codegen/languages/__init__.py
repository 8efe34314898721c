"""How each language spells a name, a type and a comment."""

from .base import Language
from .go import Go
from .python import Python
from .rust import Rust
from .ts import TypeScript

LANGUAGES: dict[str, Language] = {lang.name: lang for lang in (Python(), TypeScript(), Go(), Rust())}

__all__ = ["LANGUAGES", "Language"]
