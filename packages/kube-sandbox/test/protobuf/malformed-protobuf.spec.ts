import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ApiStatusError } from '../../src/model/api-status.js';
import { nestedMessagesMax } from '../../src/protobuf/decode-message.js';
import { protobufToDeleteOptions, protobufToJson } from '../../src/protobuf/decode-protobuf.js';
import { kubectlBodies } from './kubectl-bodies.js';
import { bytesField, envelope, intField, tag } from './protobuf-encoding.js';

const secret = { group: '', version: 'v1', kind: 'Secret' };
const unrecognized = 'the object provided is unrecognized (must be of type Secret): ';
const notHandled = 'Secret in version "v1" cannot be handled as a Secret: ';
const overlong = [10, 255, 255, 255, 255, 255, 255, 255, 255, 255];

function ofSecret(...bytes: readonly number[]): Buffer {
  return envelope('v1', 'Secret', Buffer.from(bytes));
}

function outcome(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

/** A result that can be passed on, or the one error that handlers throw. */
function isExpected(result: unknown): boolean {
  if (result instanceof ApiStatusError) return result.code === 400;
  return !(result instanceof Error) && typeof JSON.stringify(result) === 'string';
}

describe('a malformed body', () => {
  it.each([
    ['nothing', Buffer.alloc(0), `${unrecognized}empty data (<empty>)`],
    [
      'JSON',
      Buffer.from('{"a":1}'),
      `${unrecognized}provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]`,
    ],
    ['the prefix alone', Buffer.from('k8s\0'), `${unrecognized}empty body`],
    [
      'a broken envelope',
      Buffer.from('k8s\0\u0007'),
      `${unrecognized}proto: Unknown: illegal tag 0 (wire type 7)`,
    ],
    ['a cut envelope', Buffer.from('k8s\0\n2\u0001'), `${unrecognized}unexpected EOF`],
    ['a cut field', ofSecret(10, 9, 1), `${notHandled}unexpected EOF`],
    ['a cut map entry', ofSecret(18, 2, 8, 1), `${notHandled}unexpected EOF`],
    ['a wrong type', ofSecret(8, 1), `${notHandled}proto: wrong wireType = 0 for field ObjectMeta`],
    [
      'a wrong type within',
      ofSecret(10, 2, 8, 1),
      `${notHandled}proto: wrong wireType = 0 for field Name`,
    ],
    [
      'the end of no group',
      ofSecret(12),
      `${notHandled}proto: Secret: wiretype end group for non-group`,
    ],
    [
      'a field without number',
      ofSecret(2),
      `${notHandled}proto: Secret: illegal tag 0 (wire type 2)`,
    ],
    ['an unknown wire type', ofSecret(0x7e), `${notHandled}proto: illegal wireType 6`],
    [
      'a number of too many bytes',
      ofSecret(...overlong, 255, 255, 1),
      `${notHandled}proto: integer overflow`,
    ],
    [
      'a negative length',
      ofSecret(...overlong, 1),
      `${notHandled}proto: negative length found during unmarshaling`,
    ],
  ])('is refused in the words of the API server: %s', (_, body, message) => {
    expect(() => protobufToJson(body, secret)).toThrow(
      expect.objectContaining({ name: 'ApiStatusError', code: 400, reason: 'BadRequest', message }),
    );
  });

  it('is refused where messages nest without end', () => {
    let schema = bytesField(5, 'string');
    for (let level = 0; level < nestedMessagesMax; level += 1) schema = bytesField(28, schema);
    const version = bytesField(7, bytesField(4, bytesField(1, schema)));
    const kind = 'CustomResourceDefinition';
    const expected = { group: 'apiextensions.k8s.io', version: 'v1', kind };
    const body = envelope('apiextensions.k8s.io/v1', kind, bytesField(2, version));
    expect(() => protobufToJson(body, expected)).toThrow(/JSONSchemaProps: nested too deep$/);
  });

  it('never shows what it holds', () => {
    const cut = envelope('v1', 'Secret', bytesField(2, 'plaintext-of-a-secret')).subarray(0, -3);
    const refusal = outcome(() => protobufToJson(cut, secret));
    expect(refusal).toBeInstanceOf(ApiStatusError);
    expect(JSON.stringify((refusal as ApiStatusError).toStatus())).not.toMatch(/plain|706c61|cGxh/);
  });
});

describe('any bytes', () => {
  it('give an object or an error of code 400, as random content of each kind', () => {
    const types = fc.constantFrom('Secret', 'Pod', 'Event', 'Status', 'Namespace');
    const number = fc.integer({ min: 1, max: 20 });
    const field = fc.oneof(
      fc
        .tuple(number, fc.uint8Array({ maxLength: 30 }))
        .map(([n, bytes]) => bytesField(n, Buffer.from(bytes))),
      fc
        .tuple(number, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }))
        .map(([n, value]) => intField(n, value)),
      fc.tuple(number, fc.integer({ min: 0, max: 7 })).map(([n, wireType]) => tag(n, wireType)),
    );
    const nested = fc
      .tuple(number, fc.array(field, { maxLength: 5 }))
      .map(([n, parts]) => bytesField(n, ...parts));
    fc.assert(
      fc.property(types, fc.array(fc.oneof(field, nested), { maxLength: 6 }), (kind, parts) => {
        const body = envelope('v1', kind, ...parts);
        expect(isExpected(outcome(() => protobufToJson(body, { ...secret, kind })))).toBe(true);
        expect(isExpected(outcome(() => protobufToDeleteOptions(body)))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it.each(Object.entries(kubectlBodies))('give the same where %s is damaged', (_, base64) => {
    const whole = Buffer.from(base64, 'base64');
    const at = fc.integer({ min: 0, max: whole.length - 1 });
    fc.assert(
      fc.property(at, fc.integer({ min: 0, max: 255 }), fc.boolean(), (place, byte, isCut) => {
        const body = Buffer.from(isCut ? whole.subarray(0, place) : whole);
        if (!isCut) body[place] = byte;
        expect(isExpected(outcome(() => protobufToJson(body, secret)))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
