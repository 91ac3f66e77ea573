import { readKeyRights, secretRight } from '../../access/domain/secret-rights.js';
import type { NeededRight } from '../../custom-resources/domain/author-rights.js';
import type { ShareSpec } from './share-spec.js';

type Shared = Pick<ShareSpec, 'secretName' | 'keys'>;

/** Returns the right with which an author may share any key of the Secret. */
export function rightToSecret({ secretName }: Shared): NeededRight {
  const { resource, name } = secretRight('get', { namespace: '', name: secretName });
  return { verb: 'get', group: '', resource, name };
}

/** Returns the right with which the end of a share may rotate the Secret for its author. */
export function rightToRotate({ secretName: name }: Pick<Shared, 'secretName'>): NeededRight {
  const resource = { group: 'sallyport.dev', resource: 'secretrotations' } as const;
  return { verb: 'create', ...resource, subresource: 'run', name };
}

/** Returns the rights with which an author may share the keys without the right to the Secret. */
export function rightsToKeys({ secretName, keys }: Shared): readonly NeededRight[] {
  return keys.map((key) => {
    const [, { resource, name }] = readKeyRights({ namespace: '', name: secretName }, key);
    return { verb: 'get', group: 'sallyport.dev', resource, name };
  });
}
