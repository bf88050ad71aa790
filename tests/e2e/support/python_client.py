"""A client of python3-socketio that a test leads: a JSON object a line on standard input, one a line on standard output.
Usage: python_client.py URL TRANSPORTS [NAMESPACE]      commands: {"id", "call": [event, argument]}, {"emit": [event, argument]};
{"bytes": base64} as an argument is bytes. The end of the input ends the client."""
import asyncio
import base64
import json
import sys

import socketio

url, transports, *namespaces = sys.argv[1:]
client = socketio.AsyncClient(reconnection_delay=0.1, reconnection_delay_max=0.5)


def tell(**event):
    print(json.dumps(event), flush=True)


def argument(value):
    return base64.b64decode(value["bytes"]) if isinstance(value, dict) and "bytes" in value else value


@client.event
async def connect():
    tell(connect=client.get_sid())


@client.event
async def disconnect():
    tell(disconnect=True)


@client.event
async def connect_error(data):
    tell(refused=data)


for namespace in namespaces:
    client.on("connect_error", connect_error, namespace=namespace)


@client.on("*")
async def any_event(event, *args):
    tell(event=[event, *args])


async def call(command):
    event, *args = command["call"]
    tell(id=command["id"], ack=await client.call(event, argument(args[0]) if args else None, timeout=10))


async def main():
    try:
        await client.connect(url, transports=transports.split(","), namespaces=namespaces or None, wait_timeout=10)
    except socketio.exceptions.ConnectionError:
        return
    tell(transport=client.transport())
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        command = json.loads(line)
        if "call" in command:
            asyncio.create_task(call(command))
        else:
            event, *args = command["emit"]
            await client.emit(event, argument(args[0]) if args else None)
    await client.disconnect()


asyncio.run(main())
