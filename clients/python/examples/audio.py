from chutes_client import Chutes

client = Chutes()
sound = client.audio.speech("demo/echo", "Hello there")
print(sound.save("hello.wav"), sound.content_type)
print(client.audio.speech("demo/echo", "Hello there", to=".", on_progress=lambda received, total: print(received, total)))
