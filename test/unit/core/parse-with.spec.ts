import { z } from 'zod';
import { describe, expect, it } from 'vitest';
import { SallyportError } from '../../../src/core/errors/sallyport-error.js';
import { parseBody, parseParameters } from '../../../src/core/parse-with.js';

const marker = 'canary-7f3a9c';
const entry = z.looseObject({ op: z.string() });
const shape = z.strictObject({
  name: z.string().optional(),
  map: z.record(z.string(), z.string()),
});
const either = z.union([z.array(entry), shape]);

function refusalOf(run: () => unknown): SallyportError {
  try {
    run();
  } catch (error) {
    if (error instanceof SallyportError) return error;
  }
  throw new Error('nothing was refused');
}

describe('a body that breaks its schema', () => {
  it.each([
    ['a wrong type', shape, { map: { a: 7 } }, ['/map/a']],
    ['an unknown member', shape, { map: {}, other: marker }, ['/other']],
    ['a name to be escaped', shape, { map: { 'a/b~c': 1 } }, ['/map/a~1b~0c']],
    ['an object of a union', either, { map: { a: 7 }, name: null }, ['/name', '/map/a']],
    ['a list of a union', either, [{ op: 7 }], ['/0/op']],
    ['neither kind of a union', either, marker, ['']],
  ])('is 422 at the place of %s', (_what, schema, body, pointers) => {
    const refusal = refusalOf(() => parseBody(schema, body));
    expect(refusal.status).toBe(422);
    expect(refusal.errors.map(({ pointer }) => pointer)).toEqual(pointers);
    expect(JSON.stringify([refusal.message, refusal.errors])).not.toContain(marker);
  });
});

describe('a body', () => {
  const spec = z.strictObject({ mode: z.enum(['warn', 'enforce']), name: z.string().optional() });
  const errorsOf = (body: unknown) => refusalOf(() => parseBody(spec, body)).errors;

  it('without a member of certain values has the reason that it is required', () => {
    const reason = 'is required, and must be one of warn, enforce';
    expect(errorsOf({})).toEqual([{ pointer: '/mode', reason }]);
    expect(errorsOf({ mode: marker })).toEqual([
      { pointer: '/mode', reason: 'must be one of warn, enforce' },
    ]);
  });

  it('that is a whole Kubernetes object has a hint, and no other problem', () => {
    const metadata = { name: 'login' };
    const object = { apiVersion: 'v1', kind: 'SecretSchema', metadata, spec: { mode: 'warn' } };
    expect(errorsOf(object)).toEqual([
      { pointer: '/spec', reason: expect.stringContaining('the spec alone') as string },
    ]);
    expect(errorsOf({ mode: 'warn', spec: {} })).toEqual([{ pointer: '/spec', reason: 'unknown' }]);
  });
});

describe('parameters that break their schema', () => {
  it('are 400, each by its name, without what was given', () => {
    const schema = z.strictObject({ format: z.enum(['env', 'json']).optional() });
    const given = { format: marker, other: marker };
    const refusal = refusalOf(() => parseParameters(schema, given, '/query'));
    expect(refusal.status).toBe(400);
    expect(refusal.errors.map(({ pointer }) => pointer)).toEqual(['/query/format', '/query/other']);
    expect(JSON.stringify([refusal.message, refusal.errors])).not.toContain(marker);
  });
});
