"""Log-in for programs."""

from pydantic import BaseModel, ConfigDict, Field


class LoginIn(BaseModel):
    """工号 and password."""

    model_config = ConfigDict(extra="forbid")
    code: str = Field(max_length=64)
    password: str = Field(max_length=256, repr=False)


class LoginOut(BaseModel):
    """Send ``csrf`` as X-CSRF-Token with every write."""

    csrf: str
