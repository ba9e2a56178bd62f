"""The WSGI application. A production start with demo accounts or weak settings is refused here."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wohnplatz.web.settings")

application = get_wsgi_application()

from django.db import connections  # noqa: E402 (needs loaded apps)

from wohnplatz.workflow.accounts.safety import refuse_unsafe_start  # noqa: E402 (needs loaded apps)

refuse_unsafe_start()
connections.close_all()  # worker processes are forked from here and open their own
