import { apiVersionOf, type ResourceDefinition } from '../model/resource-definition.js';
import type { StoredText } from '../store/object-store.js';

/**
 * Returns the stored text in the requested version of a custom resource: only the apiVersion
 * differs, since there is no conversion. Built-in kinds have one version.
 */
export function servedText(text: string, definition: ResourceDefinition): string {
  if (!definition.isCustom) return text;
  const type = JSON.stringify({ kind: definition.kind, apiVersion: apiVersionOf(definition) });
  return `${type.slice(0, -1)},${text.slice(text.indexOf('"metadata":'))}`;
}

export function servedItems(
  items: readonly StoredText[],
  definition: ResourceDefinition,
): readonly StoredText[] {
  if (!definition.isCustom) return items;
  return items.map((item) => ({ ...item, text: servedText(item.text, definition) }));
}
