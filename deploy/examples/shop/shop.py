"""A shop beside the chat cluster, with nothing but Python's standard library: log-in, tokens, hooks, own methods, a nightly
message. README.md walks through it; shop.mjs is the same in Node.js."""
import base64, datetime, hashlib, hmac, json, os, pathlib, re, signal, threading, time, urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT, FOLDER = int(os.environ["SHOP_PORT"]), pathlib.Path(os.environ["SHOP_FOLDER"])
CLUSTER, API = os.environ["SHOP_CLUSTER"], os.environ["SHOP_API"]
TOKEN_SECRET = (FOLDER / "jwt-secret").read_text().strip().encode()
HOOK_SECRET = (FOLDER / "hook-secret").read_text().strip().encode()
API_KEY = json.loads(pathlib.Path(os.environ["SHOP_API_KEYS"]).read_text())["keys"][0]["secret"]
HERE = pathlib.Path(__file__).resolve().parent

CUSTOMERS = {"ana": "tea", "bo": "coffee"}      # user: password
STAFF = ["ana"]                                 # may join shop-staff
stock = {"tea": 12, "coffee": 3}
counter = threading.Lock()                      # one customer after the other


# 1. A log-in makes a token, which the nodes accept because they have the same secret.
def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def make_token(user):
    now = int(time.time())
    parts = [{"alg": "HS256", "typ": "JWT"}, {"sub": user, "name": user, "iat": now, "exp": now + 3600}]
    signed = b".".join(base64url(json.dumps(part).encode()) for part in parts)
    return (signed + b"." + base64url(hmac.digest(TOKEN_SECRET, signed, "sha256"))).decode()


# 2. The cluster asks before a user joins or speaks in shop-*, and when a client calls Stock or Buy.
def on_join(question):
    is_allowed = question["room"] != "shop-staff" or question["user"]["id"] in STAFF
    return {} if is_allowed else {"deny": "staff only"}


def on_message(question):
    text = question["content"].get("text", "")
    clean = re.sub(r"\bdarn\b", "****", text, flags=re.IGNORECASE)
    return {} if clean == text else {"content": {"text": clean}}


def on_call(question):
    item, user = (question["arguments"] + [None])[0], question["user"]
    if not isinstance(item, str):
        return {"error": "name an item"}
    if item not in stock:
        return {"error": f"there is no {item}"}
    if question["method"] == "Stock":
        return {"result": {"item": item, "left": stock[item]}}
    with counter:
        if stock[item] == 0:
            return {"error": f"{item} is sold out"}
        stock[item] -= 1
        left = stock[item]
    return {
        "result": {"item": item, "left": left},
        "publish": [{"room": "shop-floor", "text": f"{user['name']} has bought {item}", "name": "Shop"}],
        "notify": [{"users": [user["id"]], "event": "bought", "data": {"item": item}}],
    }


HOOKS = {"join": on_join, "message": on_message, "call": on_call}


def is_from_cluster(header, body):
    parts = (header or "").split(",")
    sent_at = next((part[2:] for part in parts if re.fullmatch(r"t=[0-9]{1,12}", part)), None)
    if sent_at is None or abs(time.time() - int(sent_at)) > 300:
        return False
    wanted = hmac.new(HOOK_SECRET, sent_at.encode() + b"." + body, hashlib.sha256).hexdigest()
    signatures = [part[3:] for part in parts if re.fullmatch(r"v1=[0-9a-f]{64}", part)]     # two while the secret changes
    return any(hmac.compare_digest(signature, wanted) for signature in signatures)


# 3. The shop speaks to the cluster through the server API. The key of the day makes a repeated call harmless.
def publish_of_the_night():
    message = {"room": "shop-floor", "text": "The shop is closed for tonight", "name": "Shop",
               "idempotency_key": f"night-{datetime.datetime.now(datetime.timezone.utc).date()}"}
    try:
        call = urllib.request.Request(f"{API}/api/publish", json.dumps(message).encode(), {"X-API-Key": API_KEY})
        with urllib.request.urlopen(call, timeout=5) as reply:
            print(f"night: {reply.read().decode()}", flush=True)
    except OSError as error:
        print(f"night: {error}", flush=True)


def every_midnight():
    while True:
        tomorrow = datetime.datetime.combine(datetime.date.today() + datetime.timedelta(days=1), datetime.time())
        time.sleep((tomorrow - datetime.datetime.now()).total_seconds())
        publish_of_the_night()


# The shop's own web server: the page, the log-in, and the address of the hooks.
class Shop(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"               # connections stay open for the next hook

    def answer(self, status, value, kind="application/json"):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/hooks":
            if not is_from_cluster(self.headers["X-Chat-Signature"], body):
                return self.answer(401, {})
            question = json.loads(body)
            return self.answer(200, HOOKS[question["event"]](question))
        if self.path == "/login":
            login = json.loads(body)
            user = login["user"]
            if user not in CUSTOMERS or CUSTOMERS[user] != login["password"]:
                return self.answer(403, {"error": "wrong name or password"})
            return self.answer(200, {"token": make_token(user), "cluster": CLUSTER})
        self.answer(404, {"error": "there is nothing here"})

    def do_GET(self):
        found = re.fullmatch(r"/(web/|)([a-z-]*(?:\.js|\.html)?)", self.path.split("?")[0])
        file = found and (HERE / "../../../web" / found[2] if found[1] else HERE / "page" / (found[2] or "index.html"))
        if not file or not file.is_file():
            return self.answer(404, {"error": "there is nothing here"})
        self.answer(200, file.read_bytes(), "text/javascript" if file.suffix == ".js" else "text/html")

    def log_message(self, *_):
        pass


signal.signal(signal.SIGUSR1, lambda *_: threading.Thread(target=publish_of_the_night).start())   # tonight is now
threading.Thread(target=every_midnight, daemon=True).start()
server = ThreadingHTTPServer(("127.0.0.1", PORT), Shop)
print(f"The shop is open: http://localhost:{PORT}", flush=True)
server.serve_forever()
