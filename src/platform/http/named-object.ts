import { namespaceReason, secretNameReason } from '../../secrets/domain/names.js';

/** Returns the names in a refused request, if they are valid names. */
export function namedObject(given: {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}): { readonly namespace?: string; readonly secret?: string } {
  const { namespace, name } = given;
  return {
    ...(namespace && namespaceReason(namespace) === undefined ? { namespace } : {}),
    ...(name && secretNameReason(name) === undefined ? { secret: name } : {}),
  };
}
