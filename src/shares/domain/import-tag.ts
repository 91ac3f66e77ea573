import { specTag } from '../../custom-resources/domain/custom-resource.js';
import { valuesTag } from '../../secrets/domain/values/values-tag.js';
import type { ParsedImport } from './import-spec.js';
import type { ParsedShare } from './share-spec.js';

interface Sides {
  readonly imported: Pick<ParsedImport, 'object'>;
  readonly share: Pick<ParsedShare, 'object'>;
}

/** Returns a validator that changes with the Secret and with the objects of both sides. */
export function deliveredTag(
  secret: { readonly uid: string; readonly resourceVersion: string },
  { imported, share }: Sides,
): string {
  const objects = [imported, share].map(({ object: { uid, generation } }) => {
    return { uid, resourceVersion: String(generation) };
  });
  return valuesTag([secret, ...objects]);
}

/** Returns the validator of an import that gets nothing: it says nothing of the other side. */
export function importTag({ object }: Pick<ParsedImport, 'object'>): string {
  return specTag(object);
}
