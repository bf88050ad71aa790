"""Writes entries into the inbox as a program of an application does.
Usage: inbox.py PORT FROM TO ROOMS      entry i is the text "p<i>" for room-<i mod ROOMS>; prints how many were written"""
import json
import sys

import redis

port, first, last, rooms = map(int, sys.argv[1:])
store = redis.Redis(port=port)
for begin in range(first, last, 500):
    pipe = store.pipeline(transaction=False)
    for i in range(begin, min(begin + 500, last)):
        pipe.xadd("chat:inbox", {"room": f"room-{i % rooms}", "data": json.dumps({"text": f"p{i}"}), "name": "Shop"})
    pipe.execute()
print(last - first)
