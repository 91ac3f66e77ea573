import { SecretValue } from '../../../../../src/core/secret-value.js';
import { toCachedSecret } from '../../../../../src/kubernetes/kube-secret.mapper.js';
import type { CachedSecret } from '../../../../../src/secrets/domain/cache/cached-secret.js';
import type { StringMap } from '../../../../../src/secrets/domain/secret.js';

export interface CachedFacts {
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
  readonly version?: number;
  readonly labels?: StringMap;
  readonly data?: StringMap;
  readonly type?: string;
}

/** A state as a watch tells it. */
export function cachedSecret(facts: CachedFacts = {}): CachedSecret {
  const { namespace = 'pay', name = 'db', version = 1, labels = {}, data = {} } = facts;
  const encoded = Object.entries(data).map(([key, text]) => [
    key,
    SecretValue.fromText(text)?.revealBase64() ?? '',
  ]);
  return toCachedSecret({
    metadata: {
      namespace,
      name,
      uid: facts.uid ?? `uid-of-${name}`,
      resourceVersion: String(version),
      creationTimestamp: '2026-11-28T09:00:00Z',
      labels,
    },
    data: Object.fromEntries(encoded),
    type: facts.type ?? 'Opaque',
  });
}
