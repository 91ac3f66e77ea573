import type { CustomResource } from '../../../../src/custom-resources/domain/custom-resource.js';
import { type ParsedImport, parseImport } from '../../../../src/shares/domain/import-spec.js';
import { type ParsedShare, parseShare } from '../../../../src/shares/domain/share-spec.js';

export const NAMESPACE_UID = 'uid-of-namespace';

/** An object as the cluster stores it. */
export function anObject(
  place: Pick<CustomResource, 'namespace' | 'name' | 'spec'>,
  rest: Partial<CustomResource> = {},
): CustomResource {
  return {
    uid: `uid-of-${place.name}`,
    resourceVersion: '1',
    generation: 1,
    createdMs: 0,
    annotations: {},
    status: {},
    isBeingDeleted: false,
    ...place,
    ...rest,
  };
}

/** The share of pay/db with shop, but for what is wished otherwise. */
export function aShare(
  spec: Readonly<Record<string, unknown>> = {},
  rest: Partial<CustomResource> = {},
): ParsedShare {
  const whole = { secretName: 'db', keys: ['password'], to: [{ namespace: 'shop' }], ...spec };
  const place = { namespace: 'pay', name: 'db-for-shop', spec: whole };
  return parseShare(anObject(place, rest), NAMESPACE_UID);
}

/** The import of that share into shop, but for what is wished otherwise. */
export function anImport(
  spec: Readonly<Record<string, unknown>> = {},
  rest: Partial<CustomResource> = {},
): ParsedImport {
  const whole = { from: { namespace: 'pay', share: 'db-for-shop' }, ...spec };
  const place = { namespace: 'shop', name: 'pay-db', spec: whole };
  return parseImport(anObject(place, rest), NAMESPACE_UID);
}
