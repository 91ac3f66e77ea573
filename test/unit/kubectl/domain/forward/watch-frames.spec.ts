import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { watchFrames } from '../../../../../src/kubectl/domain/forward/watch-frames.js';
import { allCuts, chunksOf, collected, streamed } from './answers.builder.js';

const enough = 1_000_000;

async function framesOf(chunks: readonly Buffer[], bytesMax = enough): Promise<string[]> {
  const frames = await collected(watchFrames(streamed(chunks), bytesMax));
  return frames.map((frame) => frame.toString());
}

describe('a watch, wherever its stream is cut', () => {
  test.each([
    ['on lines of their own', '{"a":1}\n{"b":"}\\"{"}\n{}\n'],
    ['with nothing between them', '{"a":1}{"b":"}\\"{"}{}'],
    ['over several lines', '{\n  "a": 1\n}\n{\n  "b": "}\\"{"\n}\n{\n}\n'],
    ['with white space before and between them', ' \n{"a":1} \r\n\n\t{"b":"}\\"{"} {}\n\n'],
  ])('comes event by event, %s', async (_, text) => {
    const documents = [{ a: 1 }, { b: '}"{' }, {}];
    for (const chunks of allCuts(Buffer.from(text))) {
      const frames = await framesOf(chunks);
      expect(frames.map((frame) => JSON.parse(frame) as unknown)).toEqual(documents);
      // What is left out is white space behind the last event that came after it was sent.
      expect(frames.join('').trimEnd()).toBe(text.trimEnd());
    }
  });

  test('ends between two events without an error', async () => {
    expect(await framesOf([])).toEqual([]);
    expect(await framesOf([Buffer.from('\n')])).toEqual([]);
    expect(await framesOf([Buffer.from('{}\n')])).toEqual(['{}\n']);
    expect(await framesOf([Buffer.from('{}')])).toEqual(['{}']);
  });

  test('is refused where it ends within an event', async () => {
    const text = '{"a":"\\"b"}\n{"c":[]}';
    for (let end = 1; end < text.length; end += 1) {
      const isBetween = end === 11 || end === 12;
      const frames = framesOf([Buffer.from(text.slice(0, end))]);
      if (isBetween) expect(await frames).toHaveLength(1);
      else await expect(frames).rejects.toMatchObject({ code: 'Unavailable' });
    }
  });

  test.each(['x', '{}x', '{}\n1\n', '{}}', ',{}'])(
    'is refused for what is no event: %s',
    async (text) => {
      const frames = framesOf([Buffer.from(text)]);
      await expect(frames).rejects.toMatchObject({ code: 'Unavailable' });
    },
  );
});

test('every event is sent as soon as its line has come', async () => {
  const sent: string[] = [];
  const chunks = async function* () {
    yield Buffer.from('{"a":1}\n{"b"');
    expect(sent).toEqual(['{"a":1}\n']);
    yield Buffer.from(':2}\n{"c":3}');
    expect(sent).toEqual(['{"a":1}\n', '{"b":2}\n']);
    yield Buffer.from('\n');
    expect(sent).toEqual(['{"a":1}\n', '{"b":2}\n', '{"c":3}\n']);
  };
  for await (const frames of watchFrames(chunks(), enough)) sent.push(...frames.map(String));
  expect(sent).toHaveLength(3);
});

test.each([1, 4, 100])('events are bounded in chunks of %s bytes', async (chunkBytes) => {
  const chunks = chunksOf(Buffer.from('{"a":"1234"}\n'.repeat(50)), chunkBytes);
  expect(await framesOf(chunks, 13)).toHaveLength(50);
  await expect(framesOf(chunks, 12)).rejects.toMatchObject({ code: 'Unavailable' });
});

test('any events in any form and in any chunks give their bytes again', async () => {
  const events = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1 });
  const separator = fc.constantFrom('', '\n', '\r\n', ' \n\n');
  const property = fc.asyncProperty(
    ...[events, separator, fc.nat(3), fc.integer({ min: 1, max: 40 })],
    async (documents, between, indent, chunkBytes) => {
      const texts = documents.map((document) => JSON.stringify(document, null, indent));
      const text = `${texts.join(between)}\n`;
      const frames = await framesOf(chunksOf(Buffer.from(text), chunkBytes));
      expect(frames.join('')).toBe(text);
      expect(frames.map((frame) => JSON.parse(frame) as unknown)).toEqual(
        texts.map((each) => JSON.parse(each) as unknown),
      );
    },
  );
  await fc.assert(property, { numRuns: 150 });
});
