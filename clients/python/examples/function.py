from chutes_client import Chutes, ConfigError

client = Chutes()
chute = client.chute("demo/echo")
for cord in chute.cords():
    print(cord.name, cord.method, cord.path, cord.stream)
print(chute.call("echo", text="hello"))
try:
    chute.call("echo", words="hello")
except ConfigError as error:  # nothing was sent
    print(error.message)
echo = chute.functions()  # a method for each cord, with a signature and a docstring of its schema
print(echo.echo(text="hello"))
for line in chute.trace("echo", {"text": "hello"}).timeline():
    print(line)
