import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ShownSecret } from '../../../../../src/kubectl/domain/forward/forwarded.js';
import { listParts } from '../../../../../src/kubectl/domain/forward/list-parts.js';
import { ListView } from '../../../../../src/kubectl/domain/forward/list-view.js';
import type { ForwardView } from '../../../../../src/kubectl/domain/forward/view.js';
import { marker, refusal } from '../../../secrets/domain/secret.builder.js';
import * as answers from './answers.builder.js';

const { columns, line, list, row, secret, single, table, viewOf } = answers;
const names = ['a', 'b', 'c'];
const three = names.map((name) => secret(name));
const shown = (name: string) => ({ namespace: 'shop', name, keys: ['password'] });
const marks = { resourceVersion: '77', continue: 'next', remainingItemCount: 12 };

async function sent(bytes: Buffer, view?: ForwardView, chunkBytes = 50) {
  const listView = new ListView(view);
  const chunks = answers.streamed(answers.chunksOf(bytes, chunkBytes));
  const told: ShownSecret[] = [];
  const pieces: Buffer[] = [];
  for await (const parts of listParts(chunks, 1_000_000)) {
    for (const part of parts) {
      const viewed = listView.take(part);
      pieces.push(viewed.bytes);
      if (viewed.shown) told.push(viewed.shown);
    }
  }
  return { text: Buffer.concat(pieces).toString(), told };
}

async function left(document: unknown, view: ForwardView, indent = 0): Promise<unknown> {
  const { text } = await sent(Buffer.from(JSON.stringify(document, null, indent)), view);
  return JSON.parse(text);
}

describe('without a view a list', () => {
  test.each([0, 2])('goes on byte by byte, indented by %s', async (indent) => {
    for (const document of [list(three, marks), table(three.map(row)), list([]), list(null)]) {
      const text = JSON.stringify(document, null, indent);
      expect((await sent(Buffer.from(text))).text).toBe(text);
    }
  });

  test('tells of every Secret in it', async () => {
    expect((await sent(line(list(three)))).told).toEqual(names.map(shown));
    expect((await sent(line(table(three.map(row))))).told).toEqual(names.map(shown));
    expect((await sent(line(table([row(null)])))).told).toEqual([]);
  });
});

describe('a view of a list', () => {
  test.each([[['a']], [['b']], [['c']], [['a', 'c']], [['b', 'c']], [names], [[]]])(
    'leaves %j of three objects, in well-formed JSON',
    async (kept) => {
      const expected = three.filter((_, index) => kept.includes(names[index] ?? ''));
      for (const indent of [0, 2]) {
        expect(await left(list(three), viewOf(kept), indent)).toEqual(list(expected));
        const rows = await left(table(three.map(row)), viewOf(kept), indent);
        expect(rows).toEqual(table(expected.map(row)));
      }
      expect((await sent(line(list(three)), viewOf(kept))).told).toEqual(kept.map(shown));
    },
  );

  test('leaves the bytes of what it shows', async () => {
    const text =
      '{"kind":"SecretList" , "items": [ {"metadata":{ "name":"a","namespace":"shop"} } ] }';
    expect((await sent(Buffer.from(text), viewOf(['a']))).text).toBe(text);
  });

  test('takes values out of every object where it has none', async () => {
    for (const document of [list(three), table(three.map(row))]) {
      const { text, told } = await sent(line(document), viewOf(['a', 'c'], false));
      expect(text).not.toContain(marker);
      expect(told).toEqual(['a', 'c'].map((name) => ({ ...shown(name), keys: [] })));
    }
  });

  test('does not tell how many there are that it does not show, on either side', async () => {
    const { metadata: _, ...rest } = list(three);
    const behind = { ...rest, metadata: marks };
    const columnDefinitions = columns;
    const expected = list([three[1]]);
    for (const indent of [0, 2]) {
      expect(await left(list(three, marks), viewOf(['b']), indent)).toEqual(expected);
      expect(await left(behind, viewOf(['b']), indent)).toEqual(expected);
      const withColumns = table(three.map(row), { metadata: marks, columnDefinitions });
      expect(await left(withColumns, viewOf(['b']), indent)).toEqual(
        table([row(three[1])], { columnDefinitions }),
      );
    }
  });

  test('shows no row that does not say whose it is', async () => {
    expect(await left(table([row(null), { cells: ['a'] }]), viewOf(names))).toEqual(table([]));
  });

  test('is well-formed for any choice, cut anywhere', async () => {
    const many = fc.array(fc.constantFrom(...names, 'd'), { maxLength: 8 });
    const property = fc.asyncProperty(
      ...[many, fc.subarray(names), fc.nat(2), fc.integer({ min: 1, max: 60 })],
      async (listed, kept, indent, chunkBytes) => {
        const document = list(
          listed.map((name) => secret(name)),
          marks,
        );
        const bytes = Buffer.from(JSON.stringify(document, null, indent));
        const { text, told } = await sent(bytes, viewOf(kept), chunkBytes);
        const expected = listed.filter((name) => kept.includes(name));
        expect(JSON.parse(text)).toEqual(list(expected.map((name) => secret(name))));
        expect(told).toEqual(expected.map(shown));
      },
    );
    await fc.assert(property, { numRuns: 100 });
  });
});

describe('a view of an answer that is no list', () => {
  const view = viewOf(['a']);

  test('leaves a Status and a list of null', async () => {
    const status = { kind: 'Status', metadata: {}, message: 'no' };
    expect(await left(status, view)).toEqual(status);
    expect(await left(list(null), view)).toEqual(list([]));
  });

  test('shows one Secret as it would alone', async () => {
    const one = { ...single, ...secret('a') };
    expect(await sent(line(one), view)).toEqual({ text: `${line(one)}`, told: [shown('a')] });
    expect((await sent(line(one))).told).toEqual([shown('a')]);
    await expect(sent(line(one), viewOf(['b']))).rejects.toMatchObject({ code: 'Forbidden' });
  });

  test('is refused for a kind that it does not know', async () => {
    const configMap = { kind: 'ConfigMap', ...secret('a') };
    await expect(sent(line(configMap), view)).rejects.toMatchObject({ code: 'Unavailable' });
  });
});

test('what is no JSON is refused, and no byte of it is told', () => {
  const bytes = Buffer.from(`{"a":"${marker}"`);
  const before = Buffer.alloc(0);
  for (const view of [undefined, viewOf(['a'])]) {
    const take = () => new ListView(view).take({ kind: 'object', before, bytes });
    expect(refusal(take).code).toBe('Unavailable');
  }
  const head = () =>
    new ListView(viewOf([])).take({ kind: 'head', bytes: Buffer.from(`{"${marker}"[`) });
  expect(refusal(head).code).toBe('Unavailable');
});
