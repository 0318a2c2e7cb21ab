"""The embedded server under what happens to it: crashes, races, taken ports, odd places, odd locales."""

import contextlib
import ctypes
import multiprocessing
import os
import pwd
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg
import pytest

from warehouse import postmaster
from warehouse.account import STATE_DIR, installation_dir, is_root
from warehouse.binaries import copy_binaries, find_binaries
from warehouse.credentials import HOST, SUPERUSER
from warehouse.embedded import EmbeddedPostgres
from warehouse.errors import EmbeddedPostgresError
from warehouse.settings import Settings

MakeSettings = Callable[..., Settings]


def query(server: EmbeddedPostgres, statement: str) -> list[tuple[object, ...]]:
    credentials = server.credentials()
    with psycopg.connect(
        host=HOST,
        port=credentials.port,
        user=SUPERUSER,
        password=credentials.passwords[SUPERUSER],
        dbname="postgres",
    ) as connection:
        cursor = connection.execute(statement)  # type: ignore[arg-type]
        return cursor.fetchall() if cursor.description else []


def postmaster_pid(server: EmbeddedPostgres) -> int:
    return int((server.data / "postmaster.pid").read_text().splitlines()[0])


def kill_postmaster(server: EmbeddedPostgres) -> None:
    pid = postmaster_pid(server)
    os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        while postmaster.lives(process):
            time.sleep(0.01)


def start_in_a_process(settings: Settings, results: "multiprocessing.Queue[int]") -> None:
    server = EmbeddedPostgres(settings)
    server.start()
    results.put(postmaster_pid(server))


def test_life_in_an_unreachable_folder_with_spaces_and_cyrillic(
    server_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LANG", "LC_ALL"):
        monkeypatch.setenv(name, "xx_XX.UTF-8")  # a locale that no machine has
    settings = server_settings('Мой проект "№ 1" $HOME', mode=0o700)
    around = settings.var_dir.parents[1]
    server = EmbeddedPostgres(settings)

    server.start()
    assert server.is_ready()
    assert server.home.is_relative_to(STATE_DIR) == is_root()
    assert stat.S_IMODE(around.stat().st_mode) == 0o700, "nobody's folder is opened"
    assert stat.S_IMODE((settings.pg_dir / "credentials.json").stat().st_mode) == 0o600
    assert query(server, "select lower('ШКОЛА ЁЖ'), upper('цзн')") == [("школа ёж", "ЦЗН")]
    assert query(server, "select 'Школа' ~* '^школа$', 'Ёлка' < 'ёлка', 'Яма' < 'ель'") == [
        (True, True, True)
    ]

    query(server, "create table kept as select 7 as n")
    assert server.stop()
    assert not server.is_ready()
    assert not server.stop(), "what does not run is not stopped twice"
    server.start()
    assert query(server, "select n from kept") == [(7,)]

    home = server.home
    server.destroy()
    assert not settings.pg_dir.exists()
    assert not home.exists()
    assert not installation_dir(settings.pg_dir).exists()


def test_it_listens_on_this_machine_only_and_asks_for_the_password(server_settings: MakeSettings) -> None:
    server = EmbeddedPostgres(server_settings())
    server.start()
    port = server.credentials().port
    listening = {c.laddr.ip for c in psutil.net_connections("inet") if c.laddr and c.laddr.port == port}
    assert listening == {HOST}
    assert query(server, "show unix_socket_directories") == [("",)]
    assert query(server, "select rolpassword like 'SCRAM-SHA-256$%' from pg_authid where rolcanlogin") == [
        (True,)
    ]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(host=HOST, port=port, user=SUPERUSER, password="guess", dbname="postgres")


def test_processes_that_start_at_once_get_one_server(server_settings: MakeSettings) -> None:
    settings = server_settings()
    context = multiprocessing.get_context("fork")
    results: multiprocessing.Queue[int] = context.Queue()
    starters = [context.Process(target=start_in_a_process, args=(settings, results)) for _ in range(4)]
    for starter in starters:
        starter.start()
    pids = {results.get(timeout=60) for _ in starters}
    for starter in starters:
        starter.join(timeout=60)
    assert len(pids) == 1
    assert [starter.exitcode for starter in starters] == [0, 0, 0, 0]
    assert EmbeddedPostgres(settings).is_ready(), "it outlives those who started it"


def test_it_recovers_from_kill_9_and_from_a_stale_pid_file(server_settings: MakeSettings) -> None:
    server = EmbeddedPostgres(server_settings())
    server.start()
    query(server, "create table kept as select n from generate_series(1, 1000) as n")

    kill_postmaster(server)
    assert not server.is_ready()
    server.start()
    assert query(server, "select count(*), sum(n) from kept") == [(1000, 500500)]

    # A reboot has given the dead server's number to somebody else: a process of the same user lives under it.
    owner = server.data.stat()
    kill_postmaster(server)
    with subprocess.Popen(
        ["sleep", "60"], user=owner.st_uid if is_root() else None, stdin=subprocess.DEVNULL
    ) as stranger:
        pid_file = server.data / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        assert not server.stop()
        assert stranger.poll() is None, "a stranger's process is left alone"
        server.start()
        assert query(server, "select count(*) from kept") == [(1000,)]
        assert stranger.poll() is None
        stranger.kill()


def live_without_an_init(settings: Settings) -> None:
    """What a container without init is like: orphans come to a process that never reaps them."""
    set_child_subreaper = 36
    assert ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0) == 0
    server = EmbeddedPostgres(settings)
    server.start()
    query(server, "create table kept as select 1 as n")
    dead = psutil.Process(postmaster_pid(server))
    kill_postmaster(server)
    assert dead.status() == psutil.STATUS_ZOMBIE
    server.start()
    assert query(server, "select n from kept") == [(1,)]
    assert server.stop()


def live_as_an_ordinary_user(settings: Settings) -> None:
    if is_root():
        nobody = pwd.getpwnam("nobody")
        os.setgroups([])
        os.setgid(nobody.pw_gid)
        os.setuid(nobody.pw_uid)
    server = EmbeddedPostgres(settings)
    server.start()
    assert server.data.stat().st_uid == os.geteuid()
    assert query(server, "select 1") == [(1,)]
    server.destroy()
    assert not settings.pg_dir.exists()


def outcome_of(target: Callable[[Settings], None], settings: Settings) -> int | None:
    """The exit code of a function in a process of its own."""
    process = multiprocessing.get_context("fork").Process(target=target, args=(settings,))
    process.start()
    process.join(timeout=120)
    return process.exitcode


def test_a_zombie_that_nobody_reaps_is_not_taken_for_a_server(server_settings: MakeSettings) -> None:
    assert outcome_of(live_without_an_init, server_settings()) == 0


def test_an_ordinary_user_needs_nothing_from_root(server_settings: MakeSettings) -> None:
    settings = server_settings("Проект пользователя")
    around = settings.var_dir.parents[1]
    programs = copy_binaries(find_binaries(None), around / "programs").directory
    if is_root():
        os.chown(around, pwd.getpwnam("nobody").pw_uid, -1)
    settings = settings.model_copy(update={"pg_bin": programs})
    assert outcome_of(live_as_an_ordinary_user, settings) == 0
    assert not installation_dir(settings.pg_dir).exists()


def test_a_taken_port_is_left_to_whoever_has_it(server_settings: MakeSettings) -> None:
    with socket.create_server((HOST, 0)) as other:
        taken = other.getsockname()[1]
        settings = server_settings(pg_port=taken)
        server = EmbeddedPostgres(settings)
        server.start()
        chosen = server.credentials().port
        assert chosen != taken
        assert EmbeddedPostgres(settings).credentials().port == chosen, "the choice is kept"
        server.stop()
        server.start()
        assert server.credentials().port == chosen


def test_a_copied_project_gets_a_server_of_its_own(server_settings: MakeSettings) -> None:
    first = server_settings()
    original = EmbeddedPostgres(first)
    original.start()
    original.stop()
    second = server_settings(pg_port=first.pg_port)
    subprocess.run(["cp", "-a", first.var_dir.parent, second.var_dir.parents[1]], check=True)
    original.start()
    copy = EmbeddedPostgres(second)
    assert not copy.is_ready(), "same passwords, same port, other data"
    copy.start()
    assert copy.credentials().port != original.credentials().port
    copy.stop()
    assert original.is_ready()


def test_an_interrupted_set_up_is_done_again(server_settings: MakeSettings) -> None:
    settings = server_settings()
    server = EmbeddedPostgres(settings)
    unfinished = server.home / "data.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    server.start()
    assert server.is_ready()
    assert not unfinished.exists()


def test_what_cannot_be_started_says_why(
    server_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = server_settings()
    server = EmbeddedPostgres(settings)
    server.start()
    server.stop()

    with monkeypatch.context() as patch:
        patch.setitem(postmaster.SERVER_OPTIONS, "shared_buffers", "a lot")
        patch.setattr("warehouse.embedded.RETRY_S", 0.0)
        with pytest.raises(EmbeddedPostgresError, match='invalid value for parameter "shared_buffers"'):
            server.start()

    version = server.data / "PG_VERSION"
    major = version.read_text()
    version.write_text("12\n")
    with pytest.raises(EmbeddedPostgresError, match=r"was made by PostgreSQL 12.*ORIENTIR_PG_BIN"):
        server.start()
    version.write_text(major)

    passwords = settings.pg_dir / "credentials.json"
    kept = passwords.read_text()
    passwords.unlink()
    with pytest.raises(EmbeddedPostgresError, match="Put the file back"):
        server.start()
    passwords.write_text(kept)
    passwords.chmod(0o644)
    with pytest.raises(EmbeddedPostgresError, match=r"can be read by others \(mode 644\)"):
        server.start()
    passwords.chmod(0o600)
    server.start()
    assert server.is_ready()


def test_a_missing_program_folder_is_named(server_settings: MakeSettings, tmp_path: Path) -> None:
    server = EmbeddedPostgres(server_settings(pg_bin=tmp_path))
    with pytest.raises(EmbeddedPostgresError, match="lacks initdb, postgres"):
        server.start()
