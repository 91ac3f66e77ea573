import type { CustomResource } from '../../../../src/custom-resources/domain/custom-resource.js';
import { type ParsedStore, parseStore } from '../../../../src/sync/domain/store-spec.js';
import { type ParsedSync, parseSync } from '../../../../src/sync/domain/sync-spec.js';
import { anObject, NAMESPACE_UID } from '../../shares/domain/sharing.builder.js';

type Spec = Readonly<Record<string, unknown>>;

export const auth = { jwt: { role: 'sallyport', audience: 'openbao' } };
export const openbao = { url: 'https://bao.example:8200', auth };
export const allow = [
  { namespaces: ['pay'], prefix: 'k8s/{namespace}/', directions: ['push', 'pull'] },
];

/** The sync of pay/db with the store `bao`, but for what is wished otherwise. */
export function aSync(spec: Spec = {}, rest: Partial<CustomResource> = {}): ParsedSync {
  const whole = {
    ...{ secretName: 'db', storeName: 'bao', serviceAccountName: 'sync' },
    ...{ remote: { name: 'db' }, direction: 'both', ...spec },
  };
  const place = { namespace: 'pay', name: 'db-sync', spec: whole };
  return parseSync(anObject(place, rest), NAMESPACE_UID);
}

/** The store `bao`, which pay may use, but for what is wished otherwise. */
export function aStore(spec: Spec = {}, rest: Partial<CustomResource> = {}): ParsedStore {
  const place = { namespace: '', name: 'bao', spec: { openbao, allow, ...spec } };
  return parseStore(anObject(place, rest), '');
}
