"""The cluster of deploy/local: its processes are those of the pid files in .run, and no other process gets a signal."""
import os
import re
import signal
import subprocess
import time
from pathlib import Path

from refused import Refused

LONGEST_DRAIN = 60     # seconds
TRIES = 10             # while another deploy/local is at work


class Processes:
    actions = ['kill', 'drain', 'pause', 'resume', 'scale']

    def __init__(self, run, control):
        self._run = Path(run)
        self._control = control

    def nodes(self):
        names = (file.stem for file in self._run.glob('chat-*.pid'))
        return sorted((name for name in names if re.fullmatch(r'chat-[1-9]\d?', name)), key=lambda name: int(name[5:]))

    def kill(self, node):
        self._signal(node, signal.SIGKILL)

    def drain(self, node):
        self._signal(node, signal.SIGTERM)

    def pause_store(self):
        self._signal('redis', signal.SIGSTOP)

    def resume_store(self):
        self._signal('redis', signal.SIGCONT)

    def await_end(self, node):
        end = time.monotonic() + LONGEST_DRAIN
        while self._is_ours(node) and time.monotonic() < end:
            time.sleep(0.1)

    def start(self, node):
        self._call('start', node)

    def scale(self, count):
        self._call('scale', str(count))

    def _call(self, *words):
        for _ in range(TRIES):
            done = subprocess.run([self._control, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True)
            if done.returncode == 0:
                return
            time.sleep(1)
        raise Refused(500, 'not_started', f'{" ".join(words)}: {done.stderr.strip()}')

    def _signal(self, name, number):
        """The descriptor holds the process: its number cannot become that of another one after the check."""
        try:
            descriptor = os.pidfd_open(self._pid(name))
        except (OSError, ValueError):
            raise Refused(409, 'not_running', f'{name} does not run') from None
        try:
            if not self._is_ours(name):
                raise Refused(409, 'not_ours', f'the process in {name}.pid is none of this cluster')
            signal.pidfd_send_signal(descriptor, number)
        finally:
            os.close(descriptor)

    def _pid(self, name):
        return int((self._run / f'{name}.pid').read_text())

    def _is_ours(self, name):
        """Whether the process in the pid file is the one that deploy/local started: its user, program and address fit."""
        try:
            proc = Path('/proc') / str(self._pid(name))
            status = dict(line.split(':\t', 1) for line in (proc / 'status').read_text().splitlines())
            words = (proc / 'cmdline').read_bytes().replace(b'\0', b' ').decode()
            redis_port, node_port = (int(port) for port in (self._run / 'ports').read_text().split()[1:3])
        except (OSError, ValueError):
            return False
        if name == 'redis':
            program, mark = 'redis-server', f' 127.0.0.1:{redis_port}'
        else:
            program, mark = 'chatd', f' --node-id {name} --listen 127.0.0.1:{node_port + int(name[5:])} '
        return int(status['Uid'].split()[0]) == os.getuid() and status['Name'] == program and not status['State'].startswith('Z') and mark in words
