import { namespaceReason, secretNameReason } from '../../secrets/domain/names.js';

/** Secret of another cluster that a name means, or why there is none. */
export type KubernetesName =
  | { readonly namespace: string; readonly name: string }
  | { readonly refused: string };

/** Returns the Secret of a name: its two levels are namespace and name. */
export function kubernetesName(whole: string): KubernetesName {
  const [namespace = '', name = '', ...others] = whole.split('/');
  if (name === '' || others.length > 0) {
    return { refused: 'the store takes names with a namespace and a name between one / only' };
  }
  if (namespaceReason(namespace) !== undefined) {
    return { refused: 'the first level of the name in the store is no name of a namespace' };
  }
  return secretNameReason(name) === undefined
    ? { namespace, name }
    : { refused: 'the second level of the name in the store is no name of a Secret' };
}
