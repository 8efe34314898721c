from chutes_client import Chutes
from chutes_client.tools import tool


@tool
def weather(city: str, unit: str = "celsius") -> dict[str, object]:
    """The weather of a city right now.

    Args:
        city: its name, such as Bonn.
    """
    return {"city": city, "degrees": 21, "unit": unit}


client = Chutes()
run = client.chat.completions.run_tools(
    model=client.models.list().data[0].id,
    messages=[{"role": "user", "content": "What is the weather in Bonn?"}],
    tools=[weather],
    on_step=lambda step: print(step.turn, [(call.name, call.content) for call in step.calls]),
)
print(run.messages[-1].get("content"))
