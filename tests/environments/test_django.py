"""Django: views under WSGI and ASGI, the ORM's thread rules, management commands, and the reloading server."""

from __future__ import annotations

import json
import os
import signal
from typing import TYPE_CHECKING

import pytest

from tests.environments.conftest import Server, fetch, run, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.timeout(180)  # a server that starts twice, after a process that makes its database

PROJECT = {
    "manage.py": """
        import os, sys
        os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
        from django.core.management import execute_from_command_line
        execute_from_command_line(sys.argv)
        """,
    "settings.py": """
        SECRET_KEY = "of a test"
        DEBUG = True
        ALLOWED_HOSTS = ["*"]
        INSTALLED_APPS = ["notes"]
        ROOT_URLCONF = "notes.urls"
        USE_TZ = True
        DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
        DATABASES = {
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": "notes.sqlite",
                "TEST": {"NAME": "test.sqlite"},  # a file, so that each thread has a connection of its own
            }
        }
        """,
    "notes/__init__.py": "",
    "notes/apps.py": """
        from django.apps import AppConfig

        class Notes(AppConfig):
            name = "notes"

            def ready(self):
                from tests.environments.station import double
                assert double(21) == 42  # the runtime starts before the server, and before its reloader
        """,
    "notes/models.py": """
        from django.db import models

        class Note(models.Model):
            value = models.IntegerField()
        """,
    "notes/urls.py": """
        from django.urls import path
        from notes import views

        urlpatterns = [
            path(name, getattr(views, name)) for name in ("blocking", "awaiting", "careless", "version", "where_")
        ]
        """,
    "notes/views.py": """
        from django.db import connection, transaction
        from django.http import JsonResponse
        from notes.models import Note
        from tests.environments.station import Station, double, where, who
        from tests.environments._station import request_id

        VERSION = 1
        station = Station("north")

        def version(request):
            return JsonResponse([VERSION, double(VERSION)], safe=False)

        def where_(request):
            return JsonResponse(where(), safe=False)

        def blocking(request):
            request_id.set(request.GET.get("id", "?"))
            before = connection.connection
            with station.session() as session, transaction.atomic():
                for value in station.readings(3):
                    Note.objects.create(value=station.measure(value))
            assert connection.connection is before or before is None
            return JsonResponse([session, list(Note.objects.values_list("value", flat=True)), who()], safe=False)

        async def awaiting(request):
            request_id.set(request.GET.get("id", "?"))
            async with station.session() as session:
                async for value in station.readings.aio(3):
                    await Note.objects.acreate(value=await station.measure.aio(value))
            values = [note.value async for note in Note.objects.all()]
            return JsonResponse([session, values, await who.aio()], safe=False)

        async def careless(request):
            return JsonResponse(double(21), safe=False)
        """,
    "notes/management/__init__.py": "",
    "notes/management/commands/__init__.py": "",
    "notes/management/commands/measure.py": """
        from django.core.management.base import BaseCommand
        from notes.models import Note
        from tests.environments.station import Station

        class Command(BaseCommand):
            def handle(self, **options):
                station = Station("south")
                for value in station.readings(2):
                    Note.objects.create(value=station.measure(value))
                self.stdout.write(f"{Note.objects.count()} notes")
        """,
    "notes/management/commands/serve.py": """
        from django.core.management.commands import runserver
        from django.core.servers.basehttp import WSGIServer
        from django.utils import autoreload

        class Reloader(autoreload.StatReloader):
            def snapshot_files(self):
                looked_at = False
                for file, moment in super().snapshot_files():
                    looked_at |= file.name == "views.py"
                    yield file, moment
                if looked_at:
                    print("looked at the views.", flush=True)

        autoreload.get_reloader = Reloader

        class Announcing(WSGIServer):
            def server_activate(self):
                super().server_activate()
                print(f"listening on {self.server_address[1]}.", flush=True)

        class Command(runserver.Command):
            server_cls = Announcing
        """,
    "notes/migrations/__init__.py": "",
    "notes/migrations/0001_initial.py": """
        from django.db import migrations, models

        class Migration(migrations.Migration):
            operations = [
                migrations.CreateModel(
                    "Note", [("id", models.BigAutoField(primary_key=True)), ("value", models.IntegerField())]
                )
            ]
        """,
    "notes/tests.py": """
        import asyncio, threading, warnings
        from asgiref.sync import async_to_sync, sync_to_async
        from django.core.management import call_command
        from django.db import connection, transaction
        from django.test import AsyncClient, TestCase, TransactionTestCase
        from ambidex import BlockingInAsyncWarning
        from notes.models import Note
        from tests.environments.station import Station, double, who

        FIRST = ["session of north", [0, 2, 4], "a"]

        class Views(TestCase):
            def test_blocking_view_under_wsgi(self):
                self.assertEqual(self.client.get("/blocking?id=a").json(), FIRST)

            def test_async_view_under_wsgi(self):
                self.assertEqual(self.client.get("/awaiting?id=a").json(), FIRST)

            async def test_blocking_view_under_asgi(self):
                self.assertEqual((await self.async_client.get("/blocking?id=a")).json(), FIRST)

            async def test_async_view_under_asgi(self):
                self.assertEqual((await self.async_client.get("/awaiting?id=a")).json(), FIRST)

            async def test_async_view_that_blocks_is_warned(self):
                with self.assertWarns(BlockingInAsyncWarning) as caught:
                    self.assertEqual((await self.async_client.get("/careless")).json(), 42)
                self.assertIn("views.py", caught.filename)

            def test_management_command(self):
                call_command("measure")
                self.assertEqual(Note.objects.count(), 2)

        class Concurrent(TransactionTestCase):
            async def test_requests_at_once_keep_their_contexts(self):
                pages = [AsyncClient().get(f"/{view}?id={n}") for n in range(4) for view in ("blocking", "awaiting")]
                answers = [page.json()[2] for page in await asyncio.gather(*pages)]
                self.assertEqual(answers, ["0", "0", "1", "1", "2", "2", "3", "3"])

        class Threads(TransactionTestCase):
            def test_orm_beside_a_blocking_call_uses_one_connection_and_rolls_back(self):
                own = connection.ensure_connection() or connection.connection
                with self.assertRaises(LookupError), transaction.atomic():
                    for value in Station("north").readings(3):
                        Note.objects.create(value=double(value))
                        self.assertIs(connection.connection, own)
                    self.assertEqual(Note.objects.count(), 3)
                    raise LookupError
                self.assertEqual(Note.objects.count(), 0)

            def test_async_to_sync_of_a_coroutine_that_awaits_a_face(self):
                async def work():
                    value = await double.aio(21)
                    await sync_to_async(Note.objects.create)(value=value)  # runs here, on this thread's connection
                    return await Note.objects.acount()

                with transaction.atomic():
                    self.assertEqual(async_to_sync(work)(), 1)
                    self.assertEqual(Note.objects.count(), 1)

            async def test_sync_to_async_of_a_function_that_blocks(self):
                def work():
                    with transaction.atomic():
                        Note.objects.create(value=double(21))
                        return Note.objects.count(), threading.current_thread().name

                self.assertEqual((await sync_to_async(work)())[0], 1)
        """,
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Write the project and make its database."""
    write(tmp_path, PROJECT)
    made = run(tmp_path, "-W", "error", "manage.py", "migrate", "-v", "0")
    assert (made.returncode, made.stderr) == (0, "")
    return tmp_path


def test_views_and_the_orms_thread_rules(project: Path) -> None:
    """Views under WSGI and ASGI use both faces and the ORM; contexts and connections are the request's own."""
    done = run(project, "-W", "error", "manage.py", "test", "-v", "2")
    assert done.returncode == 0, done.stderr
    assert "Ran 10 tests" in done.stderr


def test_management_command_in_a_process_of_its_own(project: Path) -> None:
    """A command blocks, uses the ORM, and its process ends at once and without a word."""
    done = run(project, "-W", "error", "manage.py", "measure")
    assert (done.returncode, done.stdout, done.stderr) == (0, "2 notes\n", "")


def test_reloading_server_restarts_on_a_changed_file_and_serves_again(
    project: Path, serve: Callable[..., Server]
) -> None:
    """A server that used the runtime before is restarted by Django's reloader, and ends when it is told to."""
    server = serve("manage.py", "serve", "127.0.0.1:0")
    port = int(server.expect(r"listening on (\d+)\.")[1])
    assert fetch(port, "/version") == "[1, 2]"
    first, thread = json.loads(fetch(port, "/where_"))
    assert thread == "ambidex-station"
    server.expect(r"looked at the views\.")  # a change before the reloader's first look at a file is none to it
    views = project / "notes" / "views.py"
    changed = project / "views.changed"
    changed.write_text(views.read_text().replace("VERSION = 1", "VERSION = 21"))
    moment = views.stat().st_mtime + 2  # later, whatever the file system makes of fractions
    os.utime(changed, (moment, moment))
    changed.replace(views)  # in one step, which restarts the server once
    port = int(server.expect(r"listening on (\d+)\.")[1])
    assert fetch(port, "/version") == "[21, 42]"
    assert json.loads(fetch(port, "/where_"))[0] != first
    os.killpg(server.process.pid, signal.SIGTERM)
    assert server.wait() == 0
    assert "Traceback" not in server.output
    assert "Warning" not in server.output
