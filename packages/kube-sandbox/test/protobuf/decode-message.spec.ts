import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';

import { decodeMessage } from '../../src/protobuf/decode-message.js';
import { bytesField, doubleField, intField, tag, varint } from './protobuf-encoding.js';

function decode(type: string, ...parts: readonly Buffer[]): unknown {
  return decodeMessage(Buffer.concat(parts), type);
}

describe('fields', () => {
  it('keep empty values, for pointers tell them from absent ones', () => {
    const spec = decode('core.v1.PersistentVolumeClaimSpec', bytesField(5, ''));
    expect(spec).toEqual({ storageClassName: '' });
  });

  it('that are unknown are passed over, whatever their encoding', () => {
    const group = Buffer.concat([tag(60, 3), intField(1, 7n), tag(61, 3), tag(61, 4), tag(60, 4)]);
    const fixed = Buffer.concat([tag(62, 5), Buffer.alloc(4), doubleField(63, 1.5)]);
    const known = bytesField(1, 'a');
    expect(decode('meta.v1.ObjectMeta', group, fixed, intField(64, 1n), known)).toEqual({
      name: 'a',
    });
  });

  it('that occur twice are merged as protobuf has it', () => {
    const twice = [bytesField(1, bytesField(1, 'a')), bytesField(1, bytesField(3, 'n'))];
    expect(decode('core.v1.Secret', ...twice)).toEqual({ metadata: { name: 'a', namespace: 'n' } });
  });

  it('of embedded structs stand beside the others', () => {
    const handler = bytesField(1, bytesField(2, bytesField(2, intField(1, 0n), intField(2, 80n))));
    const probe = decode('core.v1.Probe', handler, intField(2, 5n));
    expect(probe).toEqual({ httpGet: { port: 80 }, initialDelaySeconds: 5 });
    const volume = decode('core.v1.Volume', bytesField(1, 'v'), bytesField(2, bytesField(2)));
    expect(volume).toEqual({ name: 'v', emptyDir: {} });
  });

  it('bear the names of JSON where those of protobuf differ', () => {
    const schema = [bytesField(2, 's'), bytesField(3, 'r'), intField(38, 1n), bytesField(41, 'k')];
    expect(decode('apiextensions.v1.JSONSchemaProps', ...schema)).toEqual({
      $schema: 's',
      $ref: 'r',
      'x-kubernetes-preserve-unknown-fields': true,
      'x-kubernetes-list-map-keys': ['k'],
    });
  });
});

describe('lists and maps', () => {
  it('of integers may be packed', () => {
    const packed = bytesField(4, varint(1n), varint(300n));
    const context = decode('core.v1.PodSecurityContext', intField(4, 7n), packed);
    expect(context).toEqual({ supplementalGroups: [7, 1, 300] });
  });

  it('wrapped in a message are lists', () => {
    const extra = bytesField(
      5,
      bytesField(1, 'k'),
      bytesField(2, bytesField(1, 'a'), bytesField(1, 'b')),
    );
    const none = bytesField(5, bytesField(1, 'none'));
    const spec = decode('authorization.v1.SubjectAccessReviewSpec', extra, none);
    expect(spec).toEqual({ extra: { k: ['a', 'b'], none: [] } });
  });

  it('take any key, and a zero for an entry without value', () => {
    const entries = [bytesField(2, bytesField(1, '__proto__'), bytesField(2, 'x')), bytesField(2)];
    const { data } = decode('core.v1.Secret', ...entries) as { data: Record<string, string> };
    expect(Object.entries(data)).toEqual([
      ['__proto__', 'eA=='],
      ['', ''],
    ]);
  });
});

describe('integers', () => {
  it.each([
    [0n, 0],
    [-1n, -1],
    [BigInt(Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER],
  ])('are exact where numbers can be: %s', (value, expected) => {
    expect(decode('meta.v1.ObjectMeta', intField(7, value))).toEqual({ generation: expected });
  });

  it.each([2n ** 63n - 1n, -(2n ** 63n)])('stay within 64 bits when rounded: %s', (value) => {
    const { generation } = decode('meta.v1.ObjectMeta', intField(7, value)) as {
      generation: number;
    };
    const read = BigInt(JSON.stringify(generation));
    expect(BigInt.asIntN(64, read)).toBe(read);
  });

  it('of 32 bits lose what is above, as in Go', () => {
    const spec = decode('apps.v1.DeploymentSpec', intField(1, 2n ** 32n + 5n));
    expect(spec).toEqual({ replicas: 5 });
  });

  it('are no doubles that JSON cannot write', () => {
    const schema = 'apiextensions.v1.JSONSchemaProps';
    expect(decode(schema, doubleField(9, 10.5))).toEqual({ maximum: 10.5 });
    expect(() => decode(schema, doubleField(9, Number.NaN))).toThrow(/not finite/);
  });
});
