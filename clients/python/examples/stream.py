from chutes_client import Chutes

client = Chutes()
model = client.models.list().data[0].id
with client.chat.completions.stream(model=model, messages=[{"role": "user", "content": "Hello"}]) as stream:
    for text in stream.text_stream:
        print(text, end="", flush=True)
    print(stream.final().usage)
