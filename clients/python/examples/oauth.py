import webbrowser
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qsl, urlsplit

from chutes_client import Chutes
from chutes_client.oauth import OAuth, Token

back: dict[str, str] = {}


class Callback(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        back.update(parse_qsl(urlsplit(self.path).query))
        self.send_response(204)
        self.end_headers()


def store(token: Token) -> None:
    print("good until", token.expires_at)  # a refresh token is good once: keep the new one


with HTTPServer(("127.0.0.1", 0), Callback) as server, Chutes() as owner:
    address = f"http://localhost:{server.server_port}/callback"
    app = owner.oauth_apps.create(name="reader", redirect_uris=[address])  # once for an app, not at each sign-in
    oauth = OAuth(app.client_id or "", app.client_secret, address)
    begun = oauth.authorize_url(["profile", "account:read"])
    webbrowser.open(begun.url)
    server.handle_request()
assert back["state"] == begun.state, "not an answer to this sign-in"
token = oauth.exchange(back["code"], begun.code_verifier)
store(token)
client = Chutes(auth=oauth.provider(token, on_token=store))  # renews the token when it has less than a minute left
print(client.users.me().username)
