from chutes_client import Chutes

client = Chutes()
image = client.images.generate(model="FLUX.1-schnell", prompt="a lighthouse at dusk", size="512x512", seed=7)
print(image.save("lighthouse.jpg"), image.content_type, len(image.bytes))
