from chutes_client import Chutes
from chutes_client.content import image_part

client = Chutes()
picture = client.images.generate(model="FLUX.1-schnell", prompt="a cat", size="256x256")
content = [{"type": "text", "text": "What is this?"}, image_part(picture.bytes)]  # or a path, a URL, a data URL
model = client.models.list().data[0].id
answer = client.chat.completions.create(model=model, messages=[{"role": "user", "content": content}])
print(answer.usage)
