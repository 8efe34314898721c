import asyncio

from chutes_client import AsyncChutes


async def main() -> None:
    async with AsyncChutes() as client:
        model = (await client.models.list()).data[0].id
        messages = [{"role": "user", "content": "Hello"}]
        async with client.chat.completions.stream(model=model, messages=messages) as stream:
            async for text in stream.text_stream:
                print(text, end="", flush=True)


asyncio.run(main())
