import type { StringMap } from './secret.js';

/** Annotations that repeat the values of their Secret in plain sight. */
const hidden: ReadonlySet<string> = new Set(['kubectl.kubernetes.io/last-applied-configuration']);

export const hiddenAnnotationReason =
  'is kept for kubectl apply, holds values, and can be neither read nor written here';

/** Whether an annotation holds values and therefore is never shown, but always kept. */
export function isHiddenAnnotation(key: string): boolean {
  return hidden.has(key);
}

/** The annotations that a reader may see. */
export function shownAnnotations(annotations: StringMap): StringMap {
  const entries = Object.entries(annotations);
  return Object.fromEntries(entries.filter(([key]) => !isHiddenAnnotation(key)));
}

/** The annotations that every write keeps. */
export function hiddenAnnotations(annotations: StringMap): StringMap {
  const entries = Object.entries(annotations);
  return Object.fromEntries(entries.filter(([key]) => isHiddenAnnotation(key)));
}
