import io
import zipfile

from chutes_client import Chutes

client = Chutes()
context = io.BytesIO()  # or the path of a zip
with zipfile.ZipFile(context, "w") as archive:
    archive.writestr("app.py", "print('hello')\n")
image = client.container_images.build(
    name="hello",
    tag="1.0",
    dockerfile="FROM parachutes/python:3.12\nCOPY app.py .\n",
    context=context,
    on_log=lambda record: print(record.log),
)
print(image.image_id, image.status)  # built and pushed
