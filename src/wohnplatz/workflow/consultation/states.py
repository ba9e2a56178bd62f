"""States within a consultation, and what each allows."""

from __future__ import annotations

from django.db import models


class AnswerState(models.TextChoices):
    """Where a partner's answer stands; what is derived from it and the day is in ``queries.Standing``."""

    PLANNED = "planned", "vorgesehen"
    INVITED = "invited", "eingeladen"
    REOPENED = "reopened", "wieder geöffnet"
    ANSWERED = "answered", "geantwortet"


OPEN = frozenset({AnswerState.INVITED, AnswerState.REOPENED})
"""The partner may still write and release its answer."""


class Standing(models.TextChoices):
    """What the overview says of a partner: derived, never stored."""

    PLANNED = "planned", "vorgesehen"
    INVITED = "invited", "eingeladen"
    OPENED = "opened", "angesehen"
    WORKING = "working", "in Arbeit"
    REOPENED = "reopened", "wieder geöffnet"
    OVERDUE = "overdue", "überfällig"
    ANSWERED = "answered", "geantwortet"
    NOTHING = "nothing", "ohne Antwort"


class RemarkKind(models.TextChoices):
    """What a remark asks for."""

    COMMENT = "comment", "Anmerkung"
    PROPOSAL = "proposal", "Änderungsvorschlag"


class Circle(models.TextChoices):
    """Who reads a remark once the answer it belongs to is released."""

    ALL = "all", "alle, die dieses Kapitel mit abstimmen"
    DISTRICT = "district", "nur die Sozialplanung"


class Verdict(models.TextChoices):
    """What the planner decided about a remark."""

    ACCEPTED = "accepted", "angenommen"
    PARTLY = "partly", "teilweise angenommen"
    DECLINED = "declined", "abgelehnt"


class ProfileState(models.TextChoices):
    """Whether a municipality has let its profile go."""

    PENDING = "pending", "noch nicht freigegeben"
    RELEASED = "released", "freigegeben"
    REFUSED = "refused", "nicht freigegeben, mit Begründung"


class EventKind(models.TextChoices):
    """What happened to an invitation."""

    INVITED = "invited", "eingeladen"
    OPENED = "opened", "zum ersten Mal angesehen"
    DEADLINE = "deadline", "Frist geändert"
    ANSWERED = "answered", "Antwort freigegeben"
    LATE = "late", "Antwort nach der Frist freigegeben"
    REOPENED = "reopened", "wieder geöffnet"
    ASKED = "asked", "Erinnerung veranlasst"
    PROFILE_RELEASED = "profile_released", "Profil freigegeben"
    PROFILE_REFUSED = "profile_refused", "Profil nicht freigegeben"
