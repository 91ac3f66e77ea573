import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { specBody } from '../../../../src/platform/graphql/spec-body.js';
import { specTreeOf } from '../../../../src/platform/graphql/spec-schema-tree.js';

const algorithm = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('ECDSA'), curve: z.string().optional() }),
  z.strictObject({ name: z.literal('RSA'), bits: z.int().optional() }),
]);
const schema = z.strictObject({
  keys: z.array(
    z.strictObject({
      key: z.string(),
      uuid: z.strictObject({}).optional(),
      algorithm: algorithm.optional(),
    }),
  ),
  target: z.strictObject({ none: z.strictObject({}).optional() }).optional(),
  suspend: z.boolean().default(false),
  note: z.string().optional(),
  author: z.string().optional(),
});
const tree = specTreeOf(schema, ['author']);

describe('the spec of an input', () => {
  it('is the spec of REST, with an empty object for each true that stands for one', () => {
    const input = {
      keys: [{ key: 'id', uuid: true, algorithm: null }],
      target: { none: true },
      suspend: false,
    };
    expect(specBody(tree, input)).toEqual({
      keys: [{ key: 'id', uuid: {} }],
      target: { none: {} },
      suspend: false,
    });
  });

  it('leaves out what is false and stands for an object, and what is null', () => {
    expect(specBody(tree, { target: { none: false }, note: null })).toEqual({ target: {} });
  });

  it('has members of any of the alternatives', () => {
    const given = { name: 'ECDSA', curve: 'P-256', bits: null };
    expect(specBody(tree, { keys: [{ key: 'k', algorithm: given }] })).toEqual({
      keys: [{ key: 'k', algorithm: { name: 'ECDSA', curve: 'P-256' } }],
    });
  });

  it('has no member that only a read body has', () => {
    expect(specBody(tree, { note: 'n', author: 'jane' })).toEqual({ note: 'n' });
  });
});

describe('the spec of an input with maps and JSON', () => {
  const maps = specTreeOf(
    z.strictObject({
      keys: z.record(z.string(), z.strictObject({ schema: z.unknown().optional() })).default({}),
    }),
    [],
  );

  it('has a member for each entry of a list, and the JSON that a text is', () => {
    const keys = [
      { name: 'a', schema: '{"type":"string"}' },
      { name: 'b', schema: null },
    ];
    expect(specBody(maps, { keys })).toEqual({
      keys: { a: { schema: { type: 'string' } }, b: {} },
    });
  });

  it.each([
    ['an entry twice', [{ name: 'a/b' }, { name: 'a/b' }], '/keys/a~1b', 'given twice'],
    ['other texts', [{ name: 'a', schema: '{canary' }], '/keys/a/schema', /^is not valid JSON/],
    [
      'a member twice',
      [{ name: 'a', schema: '[{"b":1,"b":2}]' }],
      '/keys/a/schema/0/b',
      'given twice',
    ],
    ['many levels', [{ name: 'a', schema: '['.repeat(99) }], '/keys/a/schema', /too many levels$/],
  ])('is refused with %s, at its position', (_what, keys, pointer, reason) => {
    let thrown: unknown;
    try {
      specBody(maps, { keys });
    } catch (error) {
      thrown = error;
    }
    const expected =
      typeof reason === 'string' ? reason : (expect.stringMatching(reason) as string);
    expect(thrown).toMatchObject({ code: 'Invalid', errors: [{ pointer, reason: expected }] });
    expect(String(thrown)).not.toContain('canary');
  });

  it('is as bounded as a body', () => {
    const schema = JSON.stringify(Array.from({ length: 20_000 }, () => 0));
    expect(() => specBody(maps, { keys: [{ name: 'a', schema }] })).toThrow(
      expect.objectContaining({ code: 'TooLarge' }) as Error,
    );
  });
});
