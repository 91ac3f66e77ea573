import { describe, expect, it, vi } from 'vitest';
import { CallTrace } from '../../../../src/calls/domain/call-trace.js';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import { SecretValue } from '../../../../src/core/secret-value.js';
import type { TokenScope } from '../../../../src/core/token-scope.js';
import { planCreate } from '../../../../src/secrets/domain/replace-plan.js';
import { withGeneratedKeys } from '../../../../src/secrets/write/with-generated-keys.js';
import type { WriteCall } from '../../../../src/secrets/write/write-call.js';
import { manifest, values } from '../domain/secret.builder.js';

const denied = new SallyportError('Forbidden', 'no right to create');

/** A creation of `user` by a caller, with a schema that generates `password`. */
function creation({ scope, isDenied = false }: { scope?: TokenScope; isDenied?: boolean } = {}) {
  const trace = new CallTrace();
  const make = vi.fn(() => SecretValue.fromBytes(Buffer.from('generated')));
  const right = vi.fn(() => (isDenied ? Promise.reject(denied) : Promise.resolve()));
  const call = {
    ctx: { principal: { scope }, sourceIp: '192.0.2.1' },
    trace,
    access: { require: right },
    checks: { loaded: () => Promise.resolve(), makers: () => new Map([['password', make]]) },
  } as unknown as WriteCall; // what the function uses of a call
  const complete = (entries: Readonly<Record<string, string>>) => {
    const plan = planCreate(manifest({ data: values(entries) }), {
      allowClusterCredentials: false,
    });
    return withGeneratedKeys(call, plan);
  };
  return { complete, make, right, trace };
}

describe('a creation that lacks a generated key', () => {
  it('gets its value, and names all keys in its audit event', async () => {
    const { complete, trace } = creation();
    const { generatedKeys, manifest: made } = await complete({ user: 'app' });
    expect([generatedKeys, made.data.get('password')?.revealText()]).toEqual([
      ['password'],
      'generated',
    ]);
    expect(trace.found.keys).toEqual(['password', 'user']);
  });

  it('makes no value for a caller without the right to create', async () => {
    const { complete, make } = creation({ isDenied: true });
    await expect(complete({ user: 'app' })).rejects.toBe(denied);
    expect(make).not.toHaveBeenCalled();
  });

  it.each<TokenScope>([{ keys: ['user'] }, { keys: ['user', 'password'] }, { secrets: ['x'] }])(
    'is refused as if it named the key, if the scope of the token is $keys $secrets',
    async (scope) => {
      const { complete, make, right } = creation({ scope });
      await expect(complete({ user: 'app' })).rejects.toMatchObject({ code: 'Forbidden' });
      expect([make, right].flatMap(({ mock }) => mock.calls)).toEqual([]);
    },
  );
});

describe('a creation that has each key', () => {
  it('stays as it is, and needs no decision for it', async () => {
    const { complete, make, right, trace } = creation();
    const { generatedKeys } = await complete({ user: 'app', password: 'own' });
    expect(generatedKeys).toEqual([]);
    expect([make, right].flatMap(({ mock }) => mock.calls)).toEqual([]);
    expect(trace.found.keys).toBeUndefined();
  });
});
