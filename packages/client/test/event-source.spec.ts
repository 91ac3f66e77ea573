import { expect, it } from 'vitest';
import { parseEvents } from '../src/event-source.js';
import { Silence } from '../src/silence.js';

/** A stream of these pieces, which then ends; or stays open without a word. */
function streamOf(pieces: readonly string[], isOpen = false): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      if (!isOpen) controller.close();
    },
  });
}

async function eventsOf(pieces: readonly string[]) {
  const events = [];
  for await (const event of parseEvents(streamOf(pieces), AbortSignal.timeout(5_000)))
    events.push(event);
  return events;
}

it('reads events however the stream is cut', async () => {
  const text =
    'retry: 1000\n\nid: 1\nevent: added\ndata: {"ä":1}\n\n: \n\nid: 2\ndata: a\ndata: b\n\n';
  const expected = [
    { id: '1', type: 'added', data: '{"ä":1}' },
    { id: '2', type: 'message', data: 'a\nb' },
  ];
  expect(await eventsOf([text])).toEqual(expected);
  expect(await eventsOf(Array.from(text))).toEqual(expected);
});

it('drops an event that is not complete', async () => {
  expect(await eventsOf(['id: 1\ndata: a\n\nid: 2\ndata: half'])).toEqual([
    { id: '1', type: 'message', data: 'a' },
  ]);
});

it('reads lines that end with CR and LF', async () => {
  expect(await eventsOf(['id: 1\r\nda', 'ta: a\r\n\r\n'])).toEqual([
    { id: '1', type: 'message', data: 'a' },
  ]);
});

it('ends a stream that is silent for too long', async () => {
  const silence = new Silence(undefined, 30);
  const stream = silence.watch(streamOf(['id: 1\ndata: a\n\n'], true));
  const events = parseEvents(stream, silence.signal);
  expect((await events.next()).value).toMatchObject({ id: '1' });
  await expect(events.next()).rejects.toThrow('the stream is silent');
  silence.end();
});

it('refuses an event that is too long, in one line or in many', async () => {
  const long = 'a'.repeat(100_000);
  const lines = Array.from({ length: 11 }, () => `data: ${long}\n`);
  await expect(eventsOf(lines)).rejects.toThrow(RangeError);
  await expect(eventsOf(Array.from({ length: 11 }, () => long))).rejects.toThrow(RangeError);
});
