import type {
  NewVersion,
  RetentionLimits,
} from '../../../../src/versions/domain/versions.store.js';

export const roomy: RetentionLimits = {
  versionsMax: 1_000,
  ageMsMax: undefined,
  namespaceBytesMax: 2 ** 40,
  asked: { versionsMax: undefined, ageMsMax: undefined },
  minimums: { ageMs: 0, count: 1, deletedAgeMs: 0 },
};

export interface VersionWish extends Partial<Omit<NewVersion, 'history' | 'payload' | 'limits'>> {
  readonly namespaceUid?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly payload?: Partial<NewVersion['payload']>;
  readonly limits?: Partial<RetentionLimits>;
}

/** A text as long as a wrapped key is. */
export function wrappedKeyOf(text: string): Uint8Array {
  return new TextEncoder().encode(text.padEnd(60, '.')).subarray(0, 60);
}

/** A version of the Secret `db` in namespace `pay`; its resourceVersion is 100 times its number. */
export function newVersion(version: number, wish: VersionWish = {}): NewVersion {
  const { namespaceUid = 'ns-1', namespace = 'pay', name = 'db', payload, limits, ...rest } = wish;
  return {
    history: { namespaceUid, namespace, name },
    version,
    secretUid: `${namespaceUid}-${name}-uid`,
    resourceVersion: String(version * 100),
    type: 'Opaque',
    immutable: false,
    labels: { app: 'pay' },
    keys: [{ name: 'password', sizeBytes: 7, version, mac: 'AAAA' }],
    annotations: [{ name: 'note', mac: 'BBBB' }],
    attribution: { door: 'external' },
    isGap: false,
    createdMs: version * 1_000,
    fingerprint: Uint8Array.of(version % 256, 1, 2),
    ...rest,
    payload: {
      keyId: 'key-1',
      wrappedKey: wrappedKeyOf(`wrapped-${name}-${version}`),
      ciphertext: new TextEncoder().encode(`ciphertext-${name}-${version}`),
      ...payload,
    },
    limits: { ...roomy, ...limits },
  };
}
