import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ListPart, listParts } from '../../../../../src/kubectl/domain/forward/list-parts.js';
import { SallyportError } from '../../../../../src/core/errors/sallyport-error.js';
import { marker } from '../../../secrets/domain/secret.builder.js';
import { allCuts, chunksOf, collected, streamed } from './answers.builder.js';

const enough = 1_000_000;

function partsOf(chunks: readonly Buffer[], bytesMax = enough): Promise<ListPart[]> {
  return collected(listParts(streamed(chunks), bytesMax));
}

function textOf(part: ListPart): string {
  return part.kind === 'object' ? `${part.before}|${part.bytes}` : `${part.kind}|${part.bytes}`;
}

async function cutInAnyWay(text: string): Promise<string[]> {
  const ways = await Promise.all(
    allCuts(Buffer.from(text)).map(async (chunks) => (await partsOf(chunks)).map(textOf)),
  );
  for (const way of ways) expect(way).toEqual(ways[0]);
  return ways[0] ?? [];
}

async function refused(chunks: readonly Buffer[], bytesMax = enough): Promise<SallyportError> {
  const error: unknown = await partsOf(chunks, bytesMax).catch((thrown: unknown) => thrown);
  if (!(error instanceof SallyportError)) throw new Error('the list was not refused');
  expect(JSON.stringify([error.message, error.internal, error.cause])).not.toContain(marker);
  return error;
}

describe('a list, wherever its stream is cut', () => {
  test('comes as its head, its objects and its tail', async () => {
    const head = '{"kind":"SecretList","metadata":{"resourceVersion":"7"},"items":[';
    expect(await cutInAnyWay(`${head}{"a":"1"},{"b":{}}],"more":{"items":[1]}}\n`)).toEqual([
      `head|${head}`,
      '|{"a":"1"}',
      ',|{"b":{}}',
      'tail|],"more":{"items":[1]}}\n',
    ]);
  });

  test('keeps the white space of its source with what follows', async () => {
    const text = '\n{ "items" : [\r\n\t{ "a" : [ ] } ,\n {\n} \n] , "kind" : "List" } \n\n';
    expect(await cutInAnyWay(text)).toEqual([
      'head|\n{ "items" : [',
      '\r\n\t|{ "a" : [ ] }',
      ' ,\n |{\n}',
      'tail| \n] , "kind" : "List" } \n\n',
    ]);
  });

  test('has rows where it is a Table', async () => {
    const text = '{"columnDefinitions":[{"name":"items"}],"rows":[{"cells":["a"]}]}';
    expect(await cutInAnyWay(text)).toEqual([
      'head|{"columnDefinitions":[{"name":"items"}],"rows":[',
      '|{"cells":["a"]}',
      'tail|]}',
    ]);
  });

  test('is known by a name that is written with escapes', async () => {
    const name = String.raw`"\u0069te\u006Ds"`;
    expect(await cutInAnyWay(`{${name}:[{}]}`)).toEqual([`head|{${name}:[`, '|{}', 'tail|]}']);
  });

  test('may be empty', async () => {
    expect(await cutInAnyWay('{"items":[]}\n')).toEqual(['head|{"items":[', 'tail|]}\n']);
    expect(await cutInAnyWay('{"items":[ ]}')).toEqual(['head|{"items":[', 'tail| ]}']);
  });

  test('has objects that hold quotes, brackets and escapes in their strings', async () => {
    const object = String.raw`{"a\"]":"],\"items\":[{\\","b":"\\\\\""}`;
    expect(await cutInAnyWay(`{"items":[${object},${object}]}`)).toEqual([
      'head|{"items":[',
      `|${object}`,
      `,|${object}`,
      'tail|]}',
    ]);
  });
});

describe('a document that is no list, wherever its stream is cut, is all head', () => {
  test.each([
    '{}',
    ' { } \n',
    '{"items":null}',
    '{"items":"[","lines":{"items":[{}]}}',
    '{"items":{"items":[{}]}}',
    '{"metadata":{"items":[{}],"rows":[{}]},"kind":"Status"}',
    '{"message":"\\"items\\":[{}]","code":400 , "ok":true}',
    '{"item":[{}],"itemsx":[{}],"Items":[{}]}',
    String.raw`{"items\"":[{}],"\\items":[{}]}`,
    '{"data":["items",[{}]],"n":-1.5e3}',
  ])('%s', async (text) => {
    expect(await cutInAnyWay(text)).toEqual([`head|${text}`]);
  });
});

describe('a stream that is no whole list', () => {
  test('is refused wherever it ends too early', async () => {
    const text = '{"kind":"SecretList","items":[{"a":"1"},{"b":2}],"n":1}';
    for (let end = 0; end < text.length; end += 1) {
      expect((await refused([Buffer.from(text.slice(0, end))])).code).toBe('Unavailable');
    }
  });

  test.each([
    ['an array', '[{}]'],
    ['a number', '1'],
    ['something else behind the list', `{"items":[]}${marker}`],
    ['a second document', '{"items":[]}{}'],
    ['elements that are no objects', '{"items":[1]}'],
    ['a name that is none', `{"\\x${marker}":1}`],
    ['no colon', '{"items"[]}'],
    ['a number for a name', '{1:2}'],
    ['two lists', '{"items":[],"rows":[{}]}'],
    ['the same list twice', String.raw`{"items":null,"\u0069tems":[{}]}`],
  ])('is refused where it holds %s', async (_, text) => {
    expect((await refused([Buffer.from(text)])).code).toBe('Unavailable');
  });

  test('hands on what came before it broke', async () => {
    const batches: number[] = [];
    const read = async () => {
      const chunks = ['{"items":[{},', '{},{}', ',{'].map((text) => Buffer.from(text));
      for await (const some of listParts(streamed(chunks), enough)) batches.push(some.length);
    };
    await expect(read()).rejects.toThrow('unexpected answer');
    expect(batches).toEqual([2, 2]);
  });
});

describe('what is kept of a list', () => {
  const head = '{"items":[';
  const object = '{"a":"bcdefghij"}';
  const tail = '],"more":1}';
  const text = `${head}${object},${object}${tail}`;

  test.each([1, 5, 100])('is bounded in chunks of %s bytes', async (chunkBytes) => {
    const chunks = chunksOf(Buffer.from(text), chunkBytes);
    const needed = Math.max(object.length, head.length + tail.length);
    expect(await partsOf(chunks, needed)).toHaveLength(4);
    expect((await refused(chunks, needed - 1)).code).toBe('Unavailable');
  });

  test('is one object at most: a larger list passes', async () => {
    const chunks = chunksOf(Buffer.from(`${head}${`${object},`.repeat(500)}${object}${tail}`), 7);
    expect(await partsOf(chunks, 25)).toHaveLength(503);
  });

  test.each([
    ['a head', `{"kind":"${'x'.repeat(50)}"`],
    ['a name', `{"${'x'.repeat(50)}`],
    ['an object', `{"items":[{"a":"${'x'.repeat(50)}`],
    ['white space', `{"items":[${' '.repeat(50)}`],
    ['a tail', `{"items":[],"a":${' '.repeat(50)}`],
  ])('is refused while %s still grows', async (_, open) => {
    let read = 0;
    const endless = async function* () {
      yield Buffer.from(open);
      for (; read < 100; read += 1) yield Buffer.from(' ');
    };
    const parts = listParts(endless(), 40);
    await expect(collected(parts)).rejects.toThrow('unexpected answer');
    expect(read).toBe(0);
  });
});

test('any list in any form and in any chunks gives its bytes again, object by object', async () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue());
  const members = fc.dictionary(
    fc.string().filter((name) => !/^(items|rows)$/.test(name)),
    object,
  );
  const anyList = fc.tuple(members, fc.array(object), members);
  const isTable = fc.boolean();
  const property = fc.asyncProperty(
    ...[anyList, isTable, fc.nat(3), fc.integer({ min: 1, max: 40 })],
    async ([before, objects, after], rows, indent, chunkBytes) => {
      const document = { ...before, [rows ? 'rows' : 'items']: objects, ...after };
      const text = JSON.stringify(document, null, indent);
      const parts = await partsOf(chunksOf(Buffer.from(text), chunkBytes));
      const bytes = parts.flatMap((part) =>
        part.kind === 'object' ? [part.before, part.bytes] : [part.bytes],
      );
      expect(Buffer.concat(bytes).toString()).toBe(text);
      const found = parts.filter((part) => part.kind === 'object').map((part) => part.bytes);
      expect(found.map((each) => JSON.parse(each.toString()) as unknown)).toEqual(
        JSON.parse(JSON.stringify(objects)),
      );
      expect([parts[0]?.kind, parts.at(-1)?.kind]).toEqual(['head', 'tail']);
    },
  );
  await fc.assert(property, { numRuns: 150 });
});
