from chutes_client import Chutes

client = Chutes()
names = ["mock/capacity-429", "mock/open-model"]
answer = client.chat.completions.create(models=names, messages=[{"role": "user", "content": "Hello"}])
if info := answer.response:
    print(info.model, info.tried)  # mock/open-model (('mock/capacity-429', 'capacity'),)
    for attempt in info.history:
        print(attempt.number, attempt.status, attempt.kind, attempt.wait)
print(client.models.cost(answer), "USD")
