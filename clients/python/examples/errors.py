from chutes_client import CapacityError, Chutes, ChutesError, StreamInterruptedError

client = Chutes(max_retries=0)
messages = [{"role": "user", "content": "Hello"}]
try:
    client.chat.completions.create(model="mock/capacity-429", messages=messages)
except CapacityError as error:  # also a RateLimitedError
    print(error.kind, error.status, error.retryable, error.message)
try:
    cut = {"X-Mock-Scenario": "stream-cut"}
    client.chat.completions.stream(model="mock/open-model", messages=messages, extra_headers=cut).final()
except StreamInterruptedError as error:
    print(error.reason, error.partial.choices[0].message.content)
except ChutesError as error:  # the root of all of them
    print(error.kind)
