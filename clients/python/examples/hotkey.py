from chutes_client import Chutes, ConfigError, auth
from chutes_client.hotkey import Hotkey

key = Hotkey.from_config()  # the file of the official CDK; or Hotkey.from_seed("64 hexadecimal digits")
client = Chutes(auth=auth.hotkey(key))
print(client.users.me().username, key.address)
try:
    client.users.quotas()
except ConfigError as error:  # what the server would not verify is not sent
    print(error.message)
