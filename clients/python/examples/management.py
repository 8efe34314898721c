from chutes_client import Chutes

client = Chutes()
for chute in client.chutes.list(include_public=True, limit=10):  # asks for page after page
    print(chute.chute_id, chute.name, chute.hot)
mine = client.chutes.get("demo/echo")
client.chutes.update(mine.chute_id, tagline="Says it back")  # only what is given is sent
print(client.users.me().balance)
