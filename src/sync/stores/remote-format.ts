import type { KeyedOwner } from '../domain/keyed-state.js';
import type { RemoteSpec } from '../domain/remote-secrets.js';
import type { RemoteStore } from '../domain/remote-store.js';
import { remoteOf, type SyncSpec } from '../domain/sync-spec.js';
import { jsonPayload } from './json-payload.js';
import { PerKeyStore } from './per-key-store.js';
import { plainPayload } from './plain-payload.js';
import type { SecretPayload } from './secret-payload.js';

export type RemoteFormat = SyncSpec['remote']['format'];

/** Payloads of secrets in each format. A store is opened with one of them. */
export const payloadIn: Readonly<Record<RemoteFormat, SecretPayload>> = {
  json: jsonPayload,
  perKey: plainPayload,
};

/** Returns the store in which a sync finds all of its keys under one name. */
export function inFormat(
  store: RemoteStore,
  { remote, keys = [] }: RemoteSpec,
  { owner, formerOwners }: Pick<KeyedOwner, 'owner' | 'formerOwners'>,
): RemoteStore {
  if (remote.format === 'json') return store;
  const { takeOverFrom } = remote;
  const taken = { takeOverFrom, formerOwners };
  return new PerKeyStore({ store, keys: keys.map(remoteOf), owner, ...taken });
}
