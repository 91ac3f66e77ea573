import { unavailable } from '../core/errors/sallyport-error.js';
import type { SecretPage } from '../secrets/domain/secret.store.js';
import type { KubeObject } from './kube-exchange.js';
import { listOf, recordOf, textOf } from './kube-json.js';
import { toStoredSecret } from './kube-secret.mapper.js';

/** Parses a SecretList. Throws Unavailable if it is invalid. */
export function toSecretPage(json: KubeObject): SecretPage {
  if (json['kind'] !== 'SecretList') {
    const internal = 'API server answered no SecretList';
    throw unavailable('the cluster gave an unexpected answer', { internal });
  }
  const metadata = recordOf(json['metadata']);
  const next = textOf(metadata['continue']);
  const remaining = metadata['remainingItemCount'];
  return {
    items: listOf(json['items']).map(toStoredSecret),
    ...(next === '' ? {} : { continue: next }),
    ...(typeof remaining === 'number' ? { remainingItemCount: remaining } : {}),
  };
}
