from chutes_client import Chutes
from chutes_client.testing import VirtualClock, scripted


def chunk(content: str, finish: str | None = None) -> dict[str, object]:
    return {"id": "1", "choices": [{"index": 0, "delta": {"content": content}, "finish_reason": finish}]}


transport = scripted([{"status": 503, "json": {"detail": "busy"}}, {"events": [chunk("Hel"), chunk("lo", "stop")]}])
clock = VirtualClock()
client = Chutes("cpk_test", transport=transport, seam=clock.seam(random=0.0))  # no network, no waiting

final = client.chat.completions.stream(model="any", messages=[{"role": "user", "content": "Hi"}]).final()
assert final.choices and final.choices[0].message and final.choices[0].message.content == "Hello"
assert clock.sleeps == [0.25]
print(transport.requests[1].body["model"])
