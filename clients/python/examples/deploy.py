from chutes_client import Chutes, PaymentRequiredError

client = Chutes()
cord = {"function": "hi", "method": "POST", "path": "/hi", "public_api_path": "/hi", "public_api_method": "POST", "stream": False}
chute = {
    "name": "hello", "image": "chutes/python:3.12", "node_selector": {"gpu_count": 1, "include": ["pro_6000"]}, "tee": True,
    "public": False, "filename": "hello.py", "ref_str": "hello:chute", "code": "# what the container runs\n", "cords": [cord],
}  # fmt: skip
try:
    made = client.chutes.deploy(chute)
except PaymentRequiredError as error:
    print(f"a first deployment costs {error.fee} USD")
    made = client.chutes.deploy(chute, accept_fee=True)
print(made.status, made.chute.chute_id)  # created
print(client.chutes.deploy(chute).status)  # unchanged: the same image and code are not sent again
client.chutes.wait_ready(made.chute.chute_id, timeout=300, on_progress=lambda state: print(state.status))
