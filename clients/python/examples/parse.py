from pydantic import BaseModel

from chutes_client import Chutes, InvalidOutputError


class Place(BaseModel):
    city: str
    country: str


client = Chutes()
model = client.models.list().data[0].id
messages = [{"role": "user", "content": "Where is the Eiffel tower?"}]
try:
    answer = client.chat.completions.parse(Place, model=model, messages=messages)
    print(answer.parsed.city, answer.usage)
except InvalidOutputError as error:  # cut off, refused, no JSON, another shape …
    print(error.reason, error.text)
