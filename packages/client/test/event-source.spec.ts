import { expect, it } from 'vitest';
import { parseEvents } from '../src/event-source.js';

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
  for await (const event of parseEvents(streamOf(pieces), 1_000)) events.push(event);
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

it('ends a stream that is silent for too long', async () => {
  const events = parseEvents(streamOf(['id: 1\ndata: a\n\n'], true), 30);
  expect((await events.next()).value).toMatchObject({ id: '1' });
  await expect(events.next()).rejects.toThrow('the stream is silent');
});
