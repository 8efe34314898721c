from chutes_client import Chutes

client = Chutes(max_concurrency=4, rate_limit_per_minute="auto")


def ask(word: str) -> str:
    answer = client.chat.completions.create(model="mock/open-model", messages=[{"role": "user", "content": word}])
    return answer.choices[0].finish_reason or "" if answer.choices else ""


for result in client.map(ask, ["one", "two", "three"], progress=True):
    print(result.index, result.item, result.error or result.value)
