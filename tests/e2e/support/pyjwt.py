# Signs a token with python3-jwt: {key, alg, payload, headers} as JSON on standard input.
import json
import sys

import jwt

given = json.load(sys.stdin)
print(jwt.encode(given["payload"], given["key"], algorithm=given["alg"], headers=given.get("headers")))
