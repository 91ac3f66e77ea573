import { createHash } from 'node:crypto';
import type { Principal } from '../../core/principal.js';
import type { ResourceRequest } from '../access.service.js';

export type Identity = Pick<Principal, 'username' | 'uid' | 'groups' | 'extra'>;

/** Principals are frozen, so that this is done once for each. */
const identityKeys = new WeakMap<Identity, string>();

/**
 * Returns a key that is equal only for an equal question about an equal identity. Every part comes
 * after its length, so that no two lists of parts join to equal texts.
 */
export function decisionKey(identity: Identity, request: ResourceRequest): string {
  const { verb, group, resource, subresource = '', namespace, name } = request;
  return joined([identityKey(identity), verb, group, resource, subresource, namespace, name]);
}

/** Returns a digest, because 256 groups in each key would be 64 KiB. */
function identityKey(identity: Identity): string {
  const known = identityKeys.get(identity);
  if (known !== undefined) return known;
  const { username, uid, groups, extra } = identity;
  const extras = Object.entries(extra)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, values]) => joined([key, ...values]));
  const whole = joined([username, uid, joined(groups), joined(extras)]);
  const key = createHash('sha256').update(whole, 'utf8').digest('base64');
  identityKeys.set(identity, key);
  return key;
}

function joined(parts: readonly string[]): string {
  let text = `${parts.length}:`;
  for (const part of parts) text += `${part.length}:${part}`;
  return text;
}
