from chutes_client import Chutes

client = Chutes()  # the key is read from CHUTES_API_KEY
model = client.models.list().data[0].id
answer = client.chat.completions.create(model=model, messages=[{"role": "user", "content": "Hello"}])
for choice in answer.choices or ():  # what an answer may lack is None in its type
    if choice.message:
        print(choice.message.content)
if answer.response:
    print(answer.response.request_id, answer.response.quota)
