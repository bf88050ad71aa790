"""The cluster of Compose: its containers are those of the project that the agent's own container is in, and the agent touches
no other. A node's id is its container's host name, the first 12 digits of the container's id."""
import http.client
import json
import socket
import time
import urllib.parse

from refused import Refused

LONGEST_DRAIN = 60     # seconds
PROJECT, SERVICE, ONE_OFF = 'com.docker.compose.project', 'com.docker.compose.service', 'com.docker.compose.oneoff'


class _Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__('docker', timeout=10)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class Containers:
    actions = ['kill', 'drain', 'pause', 'resume']     # a node more: docker-compose up -d --scale chat=N

    def __init__(self, path):
        self._path = path
        self._project = self._ask('GET', f'/containers/{socket.gethostname()}/json')['Config']['Labels'][PROJECT]

    def nodes(self):
        return sorted(one['Id'][:12] for one in self._of('chat'))

    def kill(self, node):
        self._ask('POST', f'/containers/{self._node(node)["Id"]}/kill?signal=SIGKILL')

    def drain(self, node):
        self._ask('POST', f'/containers/{self._node(node)["Id"]}/kill?signal=SIGTERM')

    def pause_store(self):
        self._ask('POST', f'/containers/{self._store()}/pause')

    def resume_store(self):
        self._ask('POST', f'/containers/{self._store()}/unpause')

    def await_end(self, node):
        end = time.monotonic() + LONGEST_DRAIN
        while self._node(node)['State'] == 'running' and time.monotonic() < end:
            time.sleep(0.1)

    def start(self, node):
        self._ask('POST', f'/containers/{self._node(node)["Id"]}/start')

    def _store(self):
        found = self._of('redis')
        if not found:
            raise Refused(409, 'not_running', 'the store does not run')
        return found[0]['Id']

    def _node(self, node):
        for one in self._of('chat'):
            if one['Id'][:12] == node:
                return one
        raise Refused(404, 'unknown_node', 'no node of this cluster has that id')

    def _of(self, service):
        labels = [f'{PROJECT}={self._project}', f'{SERVICE}={service}', f'{ONE_OFF}=False']
        return self._ask('GET', '/containers/json?all=1&filters=' + urllib.parse.quote(json.dumps({'label': labels})))

    def _ask(self, method, path):
        connection = _Connection(self._path)
        try:
            connection.request(method, path)
            reply = connection.getresponse()
            body = reply.read()
        except OSError as why:
            raise Refused(502, 'docker', f'Docker does not answer: {why}') from None
        finally:
            connection.close()
        if reply.status >= 400:
            raise Refused(409, 'docker', f'Docker refused: {body.decode(errors="replace")[:200]}')
        return json.loads(body) if body else None
