import { describe, expect, it } from 'vitest';
import {
  type KubeActor,
  translateKubeError,
} from '../../../src/kubernetes/translate-kube-error.js';

interface Sample {
  readonly reason?: string;
  readonly message?: string;
  readonly details?: object;
}

const read = { effect: 'none' } as const;
const write = { effect: 'write', body: {} } as const;
const alice: KubeActor = { kind: 'caller', username: 'alice' };
const self = 'User "system:serviceaccount:sallyport:sallyport"';

function translate(
  status: number,
  sample: Sample | string,
  { call = read, actor = alice, headers = {} }: Partial<Parameters<typeof settings>[0]> = {},
) {
  const json = typeof sample === 'string' ? sample : JSON.stringify(statusOf(sample));
  return translateKubeError({ status, headers, body: Buffer.from(json) }, call, actor);
}

function settings(all: {
  call: Parameters<typeof translateKubeError>[1];
  actor: KubeActor;
  headers: Record<string, string>;
}) {
  return all;
}

function statusOf(sample: Sample) {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', ...sample };
}

describe('translateKubeError', () => {
  it.each([
    [404, { reason: 'NotFound' }, 'NotFound'],
    [409, { reason: 'AlreadyExists' }, 'AlreadyExists'],
    [409, { reason: 'Conflict' }, 'Conflict'],
    [410, { reason: 'Expired' }, 'Expired'],
    [413, 'too large', 'TooLarge'],
    [422, { reason: 'Invalid' }, 'Invalid'],
    [400, { reason: 'BadRequest' }, 'BadRequest'],
    [415, { reason: 'UnsupportedMediaType' }, 'UnsupportedMediaType'],
    [405, { reason: 'MethodNotAllowed' }, 'MethodNotAllowed'],
    [401, { reason: 'Unauthorized' }, 'Unavailable'],
    [429, 'busy', 'TooManyRequests'],
    [504, { reason: 'Timeout' }, 'Timeout'],
    [500, { reason: 'InternalError' }, 'Unavailable'],
    [502, '<html>', 'Unavailable'],
    [404, '<html>not found', 'Unavailable'],
    [403, '<html>forbidden', 'Unavailable'],
    [418, {}, 'Unavailable'],
  ] as const)('answers %i %j of a read as %s', (status, sample, code) => {
    expect(translate(status, sample)).toMatchObject({ code });
  });

  it.each([500, 502, 503, 504])('leaves the outcome of a write open after %i', (status) => {
    expect(translate(status, {}, { call: write }).code).toBe('OutcomeUnknown');
  });

  it('knows what refused a write before it was stored', () => {
    const message = 'Internal error occurred: failed calling webhook "x"';
    expect(translate(500, { message }, { call: write }).code).toBe('Unavailable');
    const headers = { 'retry-after': '3' };
    const busy = translate(503, {}, { call: write, headers });
    expect(busy).toMatchObject({ code: 'Unavailable', headers });
    expect(translate(429, {}, { call: write, headers })).toMatchObject({ headers });
  });

  const denial = (who: string) => `secrets "x" is forbidden: ${who} cannot get resource "secrets"`;

  it("passes the caller's own denial, and admission's", () => {
    for (const message of [denial('User "alice"'), 'secrets "x" is forbidden: exceeded quota']) {
      expect(translate(403, { message })).toMatchObject({ code: 'Forbidden', message });
    }
    const actor: KubeActor = { kind: 'caller', username: 'x" cannot impersonate' };
    const message = denial('User "x\\" cannot impersonate"');
    expect(translate(403, { message }, { actor })).toMatchObject({ code: 'Forbidden', message });
  });

  it.each(['rotation', 'share', 'import'])('passes the words of the policy: %s', (kind) => {
    const policy = (name: string) => `x is forbidden: ValidatingAdmissionPolicy '${name}' denied`;
    const message = policy(`sallyport-${kind}-rights`);
    expect(translate(403, { message })).toMatchObject({ code: 'Forbidden', message });
    expect(translate(403, { message: policy(`other-${kind}-rights`) }).message).toBe(
      `the cluster refused the request: ValidatingAdmissionPolicy 'other-${kind}-rights'`,
    );
  });

  it.each<readonly [string, KubeActor]>([
    [denial(self), alice],
    [`users "alice" is forbidden: ${self} cannot impersonate resource "users"`, alice],
    ['impersonating an invalid key in extra is not allowed', alice],
    [denial('User "system:serviceaccount:sallyport:sallyport-broker"'), { kind: 'broker' }],
    [denial(self), { kind: 'self' }],
  ])('raises an alarm over %s', (message, actor) => {
    const error = translate(403, { message }, { actor });
    expect(error).toMatchObject({ code: 'Unavailable', internal: expect.stringMatching(/^ALARM/) });
    expect(error.message).not.toContain('system:');
  });

  it("passes what is said of the caller's own token", () => {
    const actor: KubeActor = { kind: 'bearer' };
    expect(translate(401, {}, { actor }).code).toBe('Unauthenticated');
    const message = denial(self);
    expect(translate(403, { message }, { actor })).toMatchObject({ code: 'Forbidden', message });
  });

  it.each([
    ['data[tls.crt]', 'Required value', '/data/tls.crt', 'Required value'],
    ['type', 'Invalid value: "hunter2": field is immutable', '/type', 'field is immutable'],
    ['data[a b]', 'Invalid value: "hunter2": a "hunter2" b', '/data/a b', 'a "…" b'],
    ['metadata.labels', 'Invalid value: {hunter2}: x', '/metadata/labels', 'invalid value'],
    ['a', 'Invalid value: "hun\\"ter2"', '/a', 'invalid value'],
    ['a', 'Invalid value: "hunter2 cut off', '/a', 'invalid value'],
    ['a', 'Unsupported value: "hunter2": supported values: "b"', '/a', 'supported values: "…"'],
    ['a', 'Invalid value: "x": invalid character \'h\' looking for', '/a', 'cannot be decoded'],
    ['patch', 'Invalid value: "{\\"data\\":\\"hunter2\\"}": x', '', 'x'],
    ['metadata.annotations[x/y~z]', 'Too long', '/metadata/annotations/x~1y~0z', 'Too long'],
  ])('tells of %s what is wrong and not the value', (field, message, pointer, reason) => {
    const sample = { message: `Secret: ${message}`, details: { causes: [{ field, message }] } };
    const error = translate(422, sample, { call: write });
    expect(error.errors).toEqual([{ pointer, reason }]);
    expect(JSON.stringify([error, error.message, error.internal])).not.toContain('hunter2');
  });

  it('repeats no words of a decoder', () => {
    const message = 'error decoding: found in #10 byte of ...|hunter2|...';
    const error = translate(400, { message }, { call: write });
    expect(JSON.stringify([error, error.message])).not.toContain('hunter2');
    const token = 'invalid continue token';
    expect(translate(400, { message: token }).message).toBe(token);
  });
});
