import { describe, expect, it } from 'vitest';
import { SallyportError } from '../../../../../src/core/errors/sallyport-error.js';
import type { RawRequest } from '../../../../../src/core/forwarding.js';
import type { ForwardedRequest } from '../../../../../src/kubectl/domain/forward/forwarded.js';
import { isDryRun, writtenName } from '../../../../../src/kubectl/domain/forward/sent-write.js';

const post = (text: string, contentType = 'application/json'): ForwardedRequest => ({
  ...{ verb: 'create', namespace: 'pay', name: '' },
  raw: {
    ...{ method: 'POST', path: [], query: [], accept: 'application/json', contentType },
    body: Buffer.from(text),
  },
});
const named = '{"metadata":{"name":"db"}}';

describe('the name of the Secret that a write is about', () => {
  it.each([
    ['stands in the body of a create', post(named), 'db'],
    [
      'is not known where the server makes it',
      post('{"metadata":{"generateName":"d"}}'),
      undefined,
    ],
    ['is not known where the body is none', post('{'), undefined],
    ['is not read out of YAML', post('metadata: { name: db }', 'application/yaml'), undefined],
    ['stands in the path of others', { ...post(named), verb: 'patch', name: 'x' } as const, 'x'],
  ])('%s', (_title, request, name) => {
    expect(writtenName(request, undefined)).toBe(name);
  });

  it.each([
    ['a member given twice', '{"metadata":{"name":"a","name":"b"}}'],
    ['a spelling that is escaped', '{"metadata":{"name":"a"},"meta\\u0064ata":{"name":"b"}}'],
    ['no JSON', 'metadata: {}'],
  ])('for a token narrowed to names is never guessed: %s', (_title, text) => {
    expect(() => writtenName(post(text), { secrets: ['a'] })).toThrow(SallyportError);
  });

  it('for such a token is not taken from YAML, which readers take differently', () => {
    const yaml = post('metadata: { name: a }', 'application/yaml');
    expect(() => writtenName(yaml, { secrets: ['a'] })).toThrow('with JSON');
  });

  it('is read where that is plain', () => {
    expect(writtenName(post(named), { secrets: ['db'] })).toBe('db');
  });
});

describe('a write without effect', () => {
  const raw = (parts: Partial<RawRequest>): RawRequest => ({ ...post('').raw, ...parts });

  it.each([
    ['says so in its query', raw({ query: [['dryRun', 'All']] }), true],
    ['does not say so', raw({ query: [['dryRun', '']] }), false],
    [
      'is no delete whose body says nothing of it, whatever the query says',
      raw({ method: 'DELETE', query: [['dryRun', 'All']], body: Buffer.from('{}') }),
      false,
    ],
    [
      'is a delete whose body says so',
      raw({ method: 'DELETE', body: Buffer.from('{"dryRun":["All"]}') }),
      true,
    ],
    [
      'is a delete without a body whose query says so',
      raw({ method: 'DELETE', query: [['dryRun', 'All']], body: Buffer.alloc(0) }),
      true,
    ],
  ])('%s', (_title, request, expected) => {
    expect(isDryRun(request)).toBe(expected);
  });
});
