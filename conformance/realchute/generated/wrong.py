"""What a typed client is for: mypy refuses each line that is marked, and no other."""

from real_chute import RealChute


def wrong(real: RealChute) -> None:
    real.generate()  # wrong: the prompt is missing
    real.generate(prompt=1)  # wrong: a number
    real.generate(prompt="x", max_tokens="2")  # wrong: a text
    real.generate(prompt="x", stepps=3)  # wrong: no such field
    real.echo("x")  # wrong: no object
    print(real.generate(prompt="x").tokens)  # wrong: no such field of the answer
    real.inner_echo({})  # wrong: no such cord
    real.generate(prompt="x", max_tokens=2).tokens_used.bit_length()
