import type { StringMap } from './secret.js';

/**
 * Names, after the prefix, under which tools store the last applied object. The tools are kubectl
 * and its copies (KUDO, Razee), qbec, and operators on Banzai Cloud's objectmatcher or on Kopf.
 * https://kubernetes.io/docs/reference/labels-annotations-taints/
 * https://github.com/banzaicloud/k8s-objectmatcher
 * https://docs.kopf.dev/en/stable/configuration/#change-detection
 */
const hiddenNames: ReadonlySet<string> = new Set([
  'last-applied',
  'last-applied-configuration',
  'last-handled-configuration',
]);

/** Full annotation names of Rancher's Wrangler and ksonnet; OpenShift's contains a bare value. */
const hiddenKeys: ReadonlySet<string> = new Set([
  'objectset.rio.cattle.io/applied',
  'ksonnet.io/managed',
  'openshift.io/token-secret.value',
]);

/**
 * Prefix of kapp, which also stores its changes and a digest of them.
 * https://carvel.dev/kapp/docs/latest/diff/
 */
const hiddenPrefix = 'kapp.k14s.io/original';

export const hiddenAnnotationReason =
  'is kept for the tool that applied the object, holds values, and can be neither read nor ' +
  'written here';

/** Reports whether an annotation contains values: it is never returned, but always kept. */
export function isHiddenAnnotation(key: string): boolean {
  const name = key.slice(key.indexOf('/') + 1);
  return hiddenNames.has(name) || hiddenKeys.has(key) || key.startsWith(hiddenPrefix);
}

/** Returns the annotations that a reader may see. */
export function shownAnnotations(annotations: StringMap): StringMap {
  const entries = Object.entries(annotations);
  return Object.fromEntries(entries.filter(([key]) => !isHiddenAnnotation(key)));
}

/** Returns the annotations that every write keeps. */
export function hiddenAnnotations(annotations: StringMap): StringMap {
  const entries = Object.entries(annotations);
  return Object.fromEntries(entries.filter(([key]) => isHiddenAnnotation(key)));
}
