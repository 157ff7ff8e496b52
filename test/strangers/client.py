"""A client of another language, for the sandbox: Python's own urllib and http.client, nothing else.

It shapes its requests as facebook-python-business-sdk does (github.com/facebook/facebook-python-business-sdk,
facebook_business/api.py and session.py, read 2026-11): every value that is not text is JSON, parameters of
GET and DELETE stand in the address, those of POST in a form; the token and the proof of the app's secret
are parameters like any other; lists are read by their cursors. It is not that SDK, which is not on npm.

Usage: python3 client.py URL ACCOUNT TOKEN APP_SECRET. Prints one JSON document of what it saw.
"""

import hashlib
import hmac
import json
import sys
import urllib.error
import urllib.parse
import urllib.request

url, account, token, app_secret = sys.argv[1:5]
proof = hmac.new(app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class GraphError(Exception):
    def __init__(self, status, error):
        super().__init__(error.get("message"))
        self.status = status
        self.error = error


def encode(params):
    return urllib.parse.urlencode(
        {name: v if isinstance(v, str) else json.dumps(v) for name, v in params.items()}
    )


def call(method, path, params=None):
    query = encode({**(params or {}), "access_token": token, "appsecret_proof": proof})
    address = f"{url}/v26.0/{path}"
    if method == "POST":
        request = urllib.request.Request(address, data=query.encode(), method="POST")
    else:
        request = urllib.request.Request(f"{address}?{query}", method=method)
    request.add_header("User-Agent", "muster-stranger-python")
    try:
        with opener.open(request, timeout=30) as response:
            return json.loads(response.read())
    except urllib.error.HTTPError as error:
        raise GraphError(error.code, json.loads(error.read())["error"]) from None


def every(path, params):
    found = []
    after = {}
    while True:
        page = call("GET", path, {**params, **after})
        found += page["data"]
        if "next" not in page.get("paging", {}):
            return found
        after = {"after": page["paging"]["cursors"]["after"]}


def refusal(method, path, params=None):
    try:
        call(method, path, params)
        return None
    except GraphError as refused:
        return [refused.status, refused.error["code"], refused.error.get("error_subcode")]


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def rows(first, count):
    return [[sha(f"person-{n}@example.com"), f"c-{n}"] for n in range(first, first + count)]


seen = {}
seen["me"] = call("GET", "me", {"fields": "id,name"})["name"]
seen["accounts"] = [one["name"] for one in every("me/adaccounts", {"fields": "name", "limit": 1})]

wanted = {"subtype": "CUSTOM", "customer_file_source": "USER_PROVIDED_ONLY"}
made = [
    call("POST", f"{account}/customaudiences", {**wanted, "name": f"Straße {n} & “co” 東京"})["id"]
    for n in range(5)
]
listed = every(f"{account}/customaudiences", {"fields": "name,subtype", "limit": 2})
seen["listed"] = [one["name"] for one in listed if one["id"] in made]
audience = made[0]
seen["audience"] = audience

schema = ["EMAIL", "EXTERN_ID"]
session = {"session_id": 9223372036854775807, "batch_seq": 1, "last_batch_flag": False}
payload = {"schema": schema, "data": rows(0, 300), "is_raw": True}
seen["added"] = call("POST", f"{audience}/users", {"payload": payload, "session": session})
last = {**session, "batch_seq": 2, "last_batch_flag": True}
payload = {"schema": schema, "data": rows(300, 200) + [["", "c-blank"], ["not hashed", "c-bad"]]}
seen["more"] = call("POST", f"{audience}/users", {"payload": payload, "session": last})
# In the address, as the SDK sends a removal; then in a POST that says it is one.
payload = {"schema": ["EXTERN_ID"], "data": [[f"c-{n}"] for n in range(250)]}
seen["removed"] = call("DELETE", f"{audience}/users", {"payload": payload})
payload = {"schema": ["EMAIL"], "data": [row[:1] for row in rows(250, 50)]}
seen["removedByPost"] = call(
    "POST", f"{audience}/users", {"payload": payload, "method": "DELETE"}
)

seen["renamed"] = call("POST", audience, {"name": "Renamed by Python"})
seen["read"] = call("GET", audience, {"fields": "name,account_id,retention_days,data_source"})
seen["refusals"] = {
    "finished session": refusal(
        "POST", f"{audience}/users", {"payload": payload, "session": {**last, "batch_seq": 3}}
    ),
    "unknown field": refusal("GET", audience, {"fields": "colour"}),
    "wrong proof": refusal("GET", "me", {"appsecret_time": 1}),
    "no such audience": refusal("DELETE", "238400000000001"),
}
seen["deleted"] = [call("DELETE", one) for one in made[1:]]
print(json.dumps(seen))
