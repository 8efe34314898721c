from chutes_client import Chutes

client = Chutes()
echo = client.chute("demo/echo")  # id, user/name, slug, host or URL
print(echo.call("echo", text="hello"))  # JSON is a value, text a str, anything else has .bytes and .content_type
with echo.stream("stream", text="one two three") as events:
    for event in events:
        print(event.data)
