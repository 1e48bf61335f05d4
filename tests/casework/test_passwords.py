"""Rules for passwords, and what is made up keeps them."""

import pytest

from casework.errors import PasswordRuleError
from casework.passwords import Passwords, check_rules, make_password


@pytest.mark.parametrize(
    "password",
    ["Ab1!", "alllowercaseletters", "Aa1Aa1Aa1Aa1", "Xy7-1023-Xy7", "x" * 129 + "A1", ""],
)
def test_easy_passwords_are_refused(password: str) -> None:
    with pytest.raises(PasswordRuleError):
        check_rules(password, "1023", "王敏")


def test_a_name_inside_is_refused_whatever_its_case() -> None:
    with pytest.raises(PasswordRuleError, match="name"):
        check_rules("xxWANGmin12!", "1023", "WangMin")


def test_made_passwords_keep_the_rules() -> None:
    made = {make_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        check_rules(password, "1023", "王敏")


def test_nothing_kept_never_fits(passwords: Passwords) -> None:
    assert not passwords.verify(None, "")
    assert not passwords.verify("not a hash", "x")
