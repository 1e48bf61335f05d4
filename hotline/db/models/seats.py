"""Seats as the site file lists them, kept so that old records can name them."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db.base import Base


class Seat(Base):
    """A position with a phone, in a city."""

    __tablename__ = "seats"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    city: Mapped[str] = mapped_column(String(32))
    active: Mapped[bool] = mapped_column(default=True)
