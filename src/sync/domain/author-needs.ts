import type { NeededRight } from '../../custom-resources/domain/author-rights.js';
import { directionsOf, type SyncSpec } from './sync-spec.js';

/** Rights that the author of a sync needs, because the gateway uses them for the author. */
export function rightsOfAuthor(
  spec: Pick<SyncSpec, 'secretName' | 'storeName' | 'serviceAccountName' | 'direction'>,
): readonly NeededRight[] {
  const { secretName, storeName, serviceAccountName } = spec;
  const directions = directionsOf(spec);
  return [
    { verb: 'use', group: 'sallyport.dev', resource: 'externalstores', name: storeName },
    tokenRight(serviceAccountName),
    ...(directions.includes('push') ? [secretRight('get', secretName)] : []),
    ...(directions.includes('pull') ? rightsToWrite(secretName) : []),
  ];
}

/** Returns the rights to let one side of a sync win: a caller gains no right by that. */
export function rightsToResolve(
  { secretName }: Pick<SyncSpec, 'secretName'>,
  prefer: 'cluster' | 'store',
): readonly NeededRight[] {
  return prefer === 'cluster' ? [secretRight('get', secretName)] : rightsToWrite(secretName);
}

function rightsToWrite(secretName: string): readonly NeededRight[] {
  return [secretRight('create', secretName), secretRight('patch', secretName)];
}

function secretRight(verb: 'get' | 'create' | 'patch', name: string): NeededRight {
  return { verb, group: '', resource: 'secrets', name };
}

function tokenRight(name: string): NeededRight {
  return { verb: 'create', group: '', resource: 'serviceaccounts', subresource: 'token', name };
}
