from chutes_client import Chutes

client = Chutes()  # the key is read from CHUTES_API_KEY
model = client.models.list().data[0].id
answer = client.chat.completions.create(model=model, messages=[{"role": "user", "content": "Hello"}])
print(answer.choices[0].message.content)
print(answer.response.request_id, answer.response.quota)
