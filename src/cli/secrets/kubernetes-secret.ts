import type { SecretMetadata, SecretValues } from '@sallyport/client';

type Facts = Pick<
  SecretMetadata,
  'namespace' | 'name' | 'uid' | 'type' | 'immutable' | 'labels' | 'annotations' | 'createdAt'
> &
  Pick<SecretMetadata, 'ownerReferences' | 'resourceVersion'>;

/**
 * Returns a Secret as the API of Kubernetes has it: values as base64 under `data`, empty members
 * left out. Without values, `data` is absent.
 */
export function kubernetesSecret(facts: Partial<Facts>, values?: SecretValues): object {
  const { namespace, name, uid, type, immutable, resourceVersion, createdAt } = facts;
  const { labels = {}, annotations = {}, ownerReferences = [] } = facts;
  const metadata = {
    ...{ name, namespace, uid, resourceVersion },
    creationTimestamp: createdAt?.replace(/\.\d+Z$/, 'Z'),
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
    ...(ownerReferences.length > 0 && { ownerReferences }),
  };
  const data = values === undefined ? undefined : Object.fromEntries([...values].map(encoded));
  return {
    ...{ apiVersion: 'v1', kind: 'Secret', metadata, type },
    ...(immutable === true && { immutable }),
    ...(data !== undefined && Object.keys(data).length > 0 && { data }),
  };
}

type Entry = readonly [string, { readonly reveal: () => Uint8Array }];

function encoded([key, value]: Entry): readonly [string, string] {
  return [key, Buffer.from(value.reveal()).toString('base64')];
}
