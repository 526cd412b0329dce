// What travels once.
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { beforeEach, test } from "node:test";

import { json } from "../../layers/web/store.js";

const asked = [];
let answer = () => new Response("[1]");

globalThis.fetch = async (url) => {
  asked.push(url);
  return answer();
};
beforeEach(() => { asked.length = 0; });

test("the same address is asked once, whoever asks", async () => {
  const [first, second] = await Promise.all([json("http://a/one.json"), json("http://a/one.json")]);
  assert.deepEqual(first, [1]);
  assert.equal(first, second);
  assert.deepEqual(asked, ["http://a/one.json"]);
});

test("what is packed is unpacked", async () => {
  answer = () => new Response(gzipSync('{"months": 60}'));
  assert.deepEqual(await json("http://a/packed.json.gz"), { months: 60 });
});

test("what fails says why and is asked for again", async () => {
  answer = () => new Response("", { status: 503 });
  await assert.rejects(json("http://a/late.json"), /late\.json: 503/);
  answer = () => new Response("[2]");
  assert.deepEqual(await json("http://a/late.json"), [2]);
  assert.equal(asked.length, 2);
});

test("only so many are kept", async () => {
  answer = () => new Response("[3]");
  for (let i = 0; i < 41; i += 1) await json(`http://b/${i}.json`);
  await json("http://b/0.json");
  assert.equal(asked.length, 42);
});
