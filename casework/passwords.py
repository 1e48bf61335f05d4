"""Passwords: hashing, the rules for a new one, and making one up."""

import secrets
import string

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from casework.errors import PasswordRuleError

#: Length of a password, in characters.
SHORTEST = 10
LONGEST = 128
#: Kinds of characters out of four (small, capital, digit, other) that a password has.
KINDS = 3

#: Letters and digits that are not mistaken for each other when read out.
_ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class Passwords:
    """Argon2 hashes. Tests pass a cheap hasher."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16))

    def hash(self, password: str) -> str:
        """What to keep instead of the password."""
        return self._hasher.hash(password)

    def verify(self, kept: str | None, password: str) -> bool:
        """Whether ``password`` is the one; takes as long when there is nothing to compare with."""
        try:
            self._hasher.verify(kept or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None


def check_rules(password: str, code: str, name: str) -> None:
    """Refuse a new password that is too easy.

    Raises:
        PasswordRuleError: with the rule that is broken.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordRuleError(f"must have {SHORTEST} to {LONGEST} characters")
    if _kinds(password) < KINDS:
        raise PasswordRuleError("must mix three of: small letters, capitals, digits, others")
    lowered = password.lower()
    if any(len(own) > 1 and own.lower() in lowered for own in (code, name)):
        raise PasswordRuleError("must not contain the code or the name")
    if len(set(password)) < 5:
        raise PasswordRuleError("must have at least five different characters")


def make_password() -> str:
    """A random password that keeps the rules, about 93 bits."""
    while True:
        made = "".join(secrets.choice(_ALPHABET) for _ in range(16))
        if _kinds(made) >= KINDS:
            return made


def _kinds(password: str) -> int:
    sets = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
    known = sum(any(c in kind for c in password) for kind in sets)
    return known + any(all(c not in kind for kind in sets) for c in password)
