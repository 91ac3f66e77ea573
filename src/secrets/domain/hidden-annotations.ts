import type { StringMap } from './secret.js';

/**
 * Names, after the prefix, under which tools store the object that they applied last: kubectl and
 * tools that copy it (KUDO, Razee), qbec, each operator on Banzai Cloud's objectmatcher, and each
 * on Kopf.
 * https://kubernetes.io/docs/reference/labels-annotations-taints/
 * https://github.com/banzaicloud/k8s-objectmatcher
 * https://docs.kopf.dev/en/stable/configuration/#change-detection
 */
const hiddenNames: ReadonlySet<string> = new Set([
  'last-applied',
  'last-applied-configuration',
  'last-handled-configuration',
]);

/** The same of Rancher's Wrangler, and of ksonnet; a value as such, of OpenShift. */
const hiddenKeys: ReadonlySet<string> = new Set([
  'objectset.rio.cattle.io/applied',
  'ksonnet.io/managed',
  'openshift.io/token-secret.value',
]);

/**
 * The same of kapp, which also stores what it changed, and a digest of that.
 * https://carvel.dev/kapp/docs/latest/diff/
 */
const hiddenPrefix = 'kapp.k14s.io/original';

export const hiddenAnnotationReason =
  'is kept for the tool that applied the object, holds values, and can be neither read nor ' +
  'written here';

/** Whether an annotation holds values and therefore is never shown, but always kept. */
export function isHiddenAnnotation(key: string): boolean {
  const name = key.slice(key.indexOf('/') + 1);
  return hiddenNames.has(name) || hiddenKeys.has(key) || key.startsWith(hiddenPrefix);
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
