from chutes_client import Chutes, Hooks

hooks = Hooks(
    after_attempt=lambda info: print(info.operation, info.number, info.status, info.kind),
    on_retry=lambda info: print("again in", round(info.wait, 1), "s after", info.kind),
    on_stream_end=lambda info: print(info.chunks, "chunks", info.usage),
)
client = Chutes(hooks=hooks)
with client.chat.completions.stream(model="mock/open-model", messages=[{"role": "user", "content": "Hello"}]) as stream:
    stream.final()
