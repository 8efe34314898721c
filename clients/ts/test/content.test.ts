import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { Chutes, imagePart, videoPart } from "../src/index.js";
import { MAX_MEDIA_BYTES } from "../src/content.js";
import { scripted } from "../src/testing.js";
import { sniffContentType } from "../src/values.js";
import { failure, folder } from "./helpers.js";

const PNG = Uint8Array.from([...Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), 1, 2]);
const MP4 = Buffer.from("\0\0\0\x18ftypisom....", "latin1");

test("parts of bytes, blobs, files, data URLs and URLs", async () => {
  const url = `data:image/png;base64,${Buffer.from(PNG).toString("base64")}`;
  const path = join(await folder(), "a.bin");
  await writeFile(path, PNG);
  for (const source of [PNG, new Blob([PNG]), path, url])
    assert.deepEqual(await imagePart(source), { type: "image_url", image_url: { url } });
  assert.deepEqual(await imagePart("https://a.test:443/x.png", { detail: "low" }), {
    type: "image_url",
    image_url: { url: "https://a.test:443/x.png", detail: "low" },
  });
  assert.match((await videoPart(MP4)).video_url.url, /^data:video\/mp4;base64,/);
});

test("what the platform would not take is refused", async () => {
  const wrong = [
    MP4,
    Uint8Array.of(1, 2),
    join(await folder(), "none.png"),
    "data:text/plain,a",
    "data:image/png;base64,@@",
    "http://u:p@a.test/",
    "http://a.test:8080/",
    "http://",
    "ftp://a.test/x",
    "",
  ];
  for (const source of wrong) assert.equal((await failure(imagePart(source))).kind, "config", String(source));
  assert.equal((await failure(videoPart(PNG))).kind, "config");
  assert.equal((await failure(imagePart(new Uint8Array(MAX_MEDIA_BYTES + 1)))).kind, "config");
});

test("at most eight images and videos in one call", async () => {
  const chutes = new Chutes({ apiKey: "cpk_test", transport: scripted([() => ({ json: { choices: [] } })]) });
  const content = (count: number) => [
    {
      role: "user",
      content: [
        { type: "text", text: "?" },
        ...Array.from({ length: count }, () => ({ type: "image_url", image_url: { url: "http://a.test/" } })),
      ],
    },
  ];
  await chutes.chat.completions.create({ model: "m", messages: content(8) });
  for (const work of [
    chutes.chat.completions.create({ model: "m", messages: content(9) }),
    chutes.chat.completions.stream({ model: "m", messages: content(9) }),
  ])
    assert.equal((await failure(work)).kind, "config");
});

test("media types by their first bytes", () => {
  for (const [head, type] of [
    ["RIFF....WAVE", "audio/wav"],
    ["RIFF....WEBP", "image/webp"],
    ["ID3\x04", "audio/mpeg"],
    ["\xff\xfb\x90", "audio/mpeg"],
    ["fLaC", "audio/flac"],
    ["OggS", "audio/ogg"],
    ["\x1a\x45\xdf\xa3", "video/webm"],
    ["....ftypisom", "video/mp4"],
    ["....ftypavif", undefined],
    ["plain", undefined],
  ] as const)
    assert.equal(sniffContentType(Buffer.from(head, "latin1")), type, head);
});
