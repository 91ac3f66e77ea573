import { SecretValue } from '../../core/secret-value.js';
import { VALUE } from '../domain/keyed-state.js';
import { RemoteFault } from '../domain/remote-fault.js';
import type { RemoteValues } from '../domain/remote-store.js';
import { type SecretPayload, textOfValue } from './secret-payload.js';

/** Payload that is one value as it is, of a store with a secret for each key. */
export const plainPayload: SecretPayload = {
  mediaType: 'text/plain',
  textOf: ({ values }) => textOfValue(onlyValue(values)),
  bytesOf: ({ values }) => onlyValue(values).reveal(),
  without: (text, refused) => {
    if (!text.includes(refused)) return text;
    throw new RemoteFault('StoreRefused', `the store takes no value with ${refused} in it`);
  },
  read: (payload) => ({
    values: new Map([[VALUE, SecretValue.fromBytes(payload)]]),
    jsonKeys: new Set(),
  }),
};

function onlyValue(values: RemoteValues): SecretValue {
  const value = values.get(VALUE);
  if (value === undefined || values.size > 1) throw new Error('a plain payload has one value');
  return value;
}
