import type { StringMap } from '../../../secrets/domain/secret.js';

const PREFIX = 'import.sallyport.dev/';

/** Origin of copied keys, as their Secret states it in an annotation. */
export interface Provenance {
  /** Name of the SecretImport. */
  readonly import: string;
  readonly shareUID: string;
  /** Version of the shared Secret; absent if its history does not know it. */
  readonly version?: number | undefined;
  /** RFC 3339: when the share ends. */
  readonly expiresAt?: string | undefined;
  readonly keys: readonly string[];
  /** Random id of the delivery that created the Secret. */
  readonly delivery: string;
}

/** Returns the field manager of an import at the API server. */
export function fieldManagerOf(importUid: string): string {
  return `sallyport-import-${importUid}`;
}

/** Returns the annotation that states the origin of copied keys. */
export function provenanceAnnotation(importUid: string, provenance: Provenance): StringMap {
  return { [`${PREFIX}${importUid}`]: JSON.stringify(provenance) };
}

/** Returns the delivery that an annotation names; undefined if there is no such annotation. */
export function deliveryIn(annotations: StringMap, importUid: string): string | undefined {
  const { delivery } = parsed(annotations[`${PREFIX}${importUid}`]);
  return typeof delivery === 'string' ? delivery : undefined;
}

/** Returns the keys that an annotation of the import names. */
export function statedKeys(annotations: StringMap, importUid: string): readonly string[] {
  const { keys } = parsed(annotations[`${PREFIX}${importUid}`]);
  return Array.isArray(keys) ? keys.map(String) : [];
}

/** Returns the annotations that state origins of copied keys. */
export function provenanceIn(annotations: StringMap): StringMap {
  const entries = Object.entries(annotations);
  return Object.fromEntries(entries.filter(([name]) => name.startsWith(PREFIX)));
}

/** Reports whether annotations state that one of the keys was copied from a share. */
export function statesCopyOf(annotations: StringMap, keys: readonly string[]): boolean {
  return Object.values(provenanceIn(annotations)).some((text) => {
    const { keys: copied } = parsed(text);
    // What cannot be read may be about any key.
    return !Array.isArray(copied) || copied.some((key) => keys.includes(String(key)));
  });
}

/** Parses JSON that anybody who may write the Secret could have written. */
function parsed(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return value !== null && typeof value === 'object' ? { ...value } : {};
  } catch {
    return {};
  }
}
