#!/usr/bin/env python3
"""The lab agent: the page's Lab asks it to kill, drain, pause and add processes of one cluster, so that a learner sees what
happens. It is off unless the cluster is started with it. NGINX passes /lab/ to it.

It serves browsers of this machine only: Host and Origin must be the same loopback name, the body must be JSON, and the client
must come from a network of --clients. One action runs at a time, and ten may begin in a minute."""
import argparse
import collections
import ipaddress
import json
import re
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from containers import Containers
from processes import Processes
from refused import Refused

RESTART_AFTER = 4          # seconds between the end of a node and its next start
LONGEST_PAUSE = 10         # seconds
MOST_NODES = 5
A_MINUTE = 10              # actions that may begin in 60 s
MOST_BYTES = 1024          # of a request
LOOPBACK_NAME = re.compile(r'(?:(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?', re.IGNORECASE)


class Lab:
    """The actions on a cluster and their bounds. Each public method may be called on any thread."""

    def __init__(self, cluster, mode):
        self._cluster = cluster
        self._mode = mode
        self._lock = threading.Lock()
        self._busy = None                      # the action under way
        self._begun = collections.deque()      # when the latest actions began
        self._resume = threading.Event()

    def describe(self):
        return {'mode': self._mode, 'actions': self._cluster.actions, 'nodes': self._cluster.nodes(), 'busy': self._busy, 'restart_after_s': RESTART_AFTER,
                'longest_pause_s': LONGEST_PAUSE, 'most_nodes': MOST_NODES}

    def perform(self, wanted):
        action = wanted.get('action')
        if action not in self._cluster.actions:
            raise Refused(400, 'unknown_action', f'actions are {", ".join(self._cluster.actions)}')
        if action == 'resume':
            self._resume.set()
            return {'action': action}
        with self._lock:
            if self._busy:
                raise Refused(409, 'busy', f'{self._busy} is under way')
            self._admit()
            answer, aftermath = getattr(self, f'_{action}')(wanted)
            self._begun.append(time.monotonic())
            self._busy = action
        threading.Thread(target=self._finish, args=(aftermath,), daemon=True).start()
        return {'action': action, **answer}

    def stop(self):
        """Leaves no store that stands still."""
        if self._busy == 'pause':
            self._cluster.resume_store()

    def _admit(self):
        now = time.monotonic()
        while self._begun and now - self._begun[0] >= 60:
            self._begun.popleft()
        if len(self._begun) >= A_MINUTE:
            wait = int(60 - (now - self._begun[0])) + 1
            raise Refused(429, 'too_many', f'{A_MINUTE} actions a minute; the next one in {wait} s', wait)

    def _finish(self, aftermath):
        try:
            aftermath()
        except Refused as why:
            log('aftermath', why.message)
        finally:
            self._busy = None

    def _kill(self, wanted):
        node = self._node(wanted)
        self._cluster.kill(node)
        return {'node': node, 'restart_after_s': RESTART_AFTER}, lambda: self._restart(node)

    def _drain(self, wanted):
        node = self._node(wanted)
        self._cluster.drain(node)
        return {'node': node, 'restart_after_s': RESTART_AFTER}, lambda: self._restart(node)

    def _pause(self, wanted):
        seconds = wanted.get('seconds')
        if type(seconds) is not int or not 1 <= seconds <= LONGEST_PAUSE:
            raise Refused(400, 'bad_seconds', f'seconds must be 1 to {LONGEST_PAUSE}')
        self._resume.clear()
        self._cluster.pause_store()

        def aftermath():
            self._resume.wait(seconds)
            self._cluster.resume_store()
        return {'seconds': seconds}, aftermath

    def _scale(self, _):
        count = len(self._cluster.nodes()) + 1
        if count > MOST_NODES:
            raise Refused(409, 'enough_nodes', f'there are {MOST_NODES} nodes')
        return {'nodes': count}, lambda: self._cluster.scale(count)

    def _restart(self, node):
        self._cluster.await_end(node)
        time.sleep(RESTART_AFTER)
        self._cluster.start(node)

    def _node(self, wanted):
        node = wanted.get('node')
        if node not in self._cluster.nodes():
            raise Refused(404, 'unknown_node', 'no node of this cluster has that id')
        return node


def is_in(address, networks):
    try:
        return any(ipaddress.ip_address(address) in network for network in networks)
    except ValueError:
        return False


def log(event, words):
    print(f'{time.strftime("%Y-%m-%dT%H:%M:%S")} event={event} {words}', flush=True)


def handler(lab, networks):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = 'HTTP/1.1'
        server_version, sys_version = 'lab', ''
        timeout = 5

        def do_GET(self):
            self._answer(lambda: lab.describe())

        def do_POST(self):
            self._answer(lambda: lab.perform(self._wanted()))

        def _answer(self, work):
            try:
                self._check()
                status, body, wait = 200, work(), None
            except Refused as why:
                status, body, wait = why.status, {'error': {'code': why.code, 'message': why.message}}, why.wait
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header('Content-Type', 'application/json')
            self.send_header('Content-Length', str(len(text)))
            self.send_header('Cache-Control', 'no-store')
            self.send_header('Connection', 'close')
            if wait:
                self.send_header('Retry-After', str(wait))
            self.end_headers()
            self.wfile.write(text)
            self.close_connection = True
            if self.command == 'POST':
                log('request', f'status={status} answer={text.decode()}')

        def _check(self):
            """Refuses pages of other sites, also those whose name was bound to this address, and other machines."""
            if not is_in(self.headers.get('X-Real-IP', self.client_address[0]), networks):
                raise Refused(403, 'foreign_client', 'the lab serves browsers of this machine only')
            host = self.headers.get('Host', '')
            if not LOOPBACK_NAME.fullmatch(host):
                raise Refused(421, 'foreign_host', 'open the page by http://localhost')
            if self.headers.get('Sec-Fetch-Site', 'same-origin') not in ('same-origin', 'none'):
                raise Refused(403, 'foreign_origin', 'the lab serves its own page only')
            if self.command == 'POST' and self.headers.get('Origin') not in (f'http://{host}', f'https://{host}'):
                raise Refused(403, 'foreign_origin', 'the lab serves its own page only')
            if self.path != ('/lab/actions' if self.command == 'POST' else '/lab/agent.json'):
                raise Refused(404, 'not_found', 'GET /lab/agent.json and POST /lab/actions')

        def _wanted(self):
            if self.headers.get_content_type() != 'application/json' or 'Content-Type' not in self.headers:
                raise Refused(415, 'no_json', 'send JSON as application/json')
            length = self.headers.get('Content-Length', '')
            if not (length.isascii() and length.isdigit()) or int(length) > MOST_BYTES:
                raise Refused(413, 'too_long', f'a request has a Content-Length of at most {MOST_BYTES}')
            try:
                wanted = json.loads(self.rfile.read(int(length)))
            except (ValueError, RecursionError):
                wanted = None
            if not isinstance(wanted, dict):
                raise Refused(400, 'no_json', 'the body is no JSON object')
            return wanted

        def log_message(self, *_):
            pass
    return Handler


def main():
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument('--listen', default='127.0.0.1:9800', help='HOST:PORT')
    flags.add_argument('--run', help='folder with the pid files of deploy/local')
    flags.add_argument('--control', help='deploy/local, which starts and adds nodes')
    flags.add_argument('--docker', help="Docker's socket: the nodes are containers of the same Compose project")
    flags.add_argument('--clients', default='127.0.0.0/8,::1/128', help='networks of the browsers, as NGINX sees them')
    flags.add_argument('--mode', choices=('automatic', 'explicit'), default='automatic', help='how the page shows the way of a message at first')
    given = flags.parse_args()
    cluster = Containers(given.docker) if given.docker else Processes(given.run, given.control)
    lab = Lab(cluster, given.mode)
    host, port = given.listen.rsplit(':', 1)
    server = ThreadingHTTPServer((host, int(port)), handler(lab, [ipaddress.ip_network(one) for one in given.clients.split(',')]))
    server.daemon_threads = True

    def end(*_):
        lab.stop()
        sys.exit(0)
    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    log('listening', f'address={given.listen}')
    server.serve_forever()


if __name__ == '__main__':
    main()
