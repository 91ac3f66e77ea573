import type { StatusCause } from '../../model/api-status.js';
import type { KubeObject } from '../../model/kube-object.js';
import { textAt } from '../../table/columns/object-fields.js';
import { invalidValue, required } from '../field-errors.js';

const ANNOTATION = 'api-approved.kubernetes.io';
const FIELD = `metadata.annotations[${ANNOTATION}]`;
const RULE = `protected groups must have approval annotation "${ANNOTATION}"`;
const SEE = 'see https://github.com/kubernetes/enhancements/pull/1111';
const protectedDomains = ['k8s.io', 'kubernetes.io'];
const authority = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]/i;
const unreadable = /\p{Cc}|%(?![0-9a-f]{2})/iu;

type Approval = 'approved' | 'bypassed' | 'missing' | 'invalid';

/**
 * Requires an annotation with an approval URL, or with a reason for its absence, for definitions in
 * Kubernetes' own domains. An update (`old`) is refused only if it makes the annotation worse.
 * https://github.com/kubernetes/enhancements/pull/1111
 */
export function approvalCauses(definition: KubeObject, old?: KubeObject): StatusCause[] {
  if (!isProtected(textAt(definition, 'spec', 'group'))) return [];
  const annotation = annotationOf(definition);
  const approval = approvalOf(annotation);
  if (old !== undefined && approvalOf(annotationOf(old)) === approval) return [];
  if (approval === 'missing') return [required(FIELD, `${RULE}, ${SEE}`)];
  if (approval !== 'invalid') return [];
  const ways = 'with either a URL or a reason starting with "unapproved"';
  return [invalidValue(FIELD, annotation, `${RULE} ${ways}, ${SEE}`)];
}

function isProtected(group: string): boolean {
  return protectedDomains.some((domain) => group === domain || group.endsWith(`.${domain}`));
}

function annotationOf(definition: KubeObject): string {
  return textAt(definition, 'metadata', 'annotations', ANNOTATION);
}

function approvalOf(annotation: string): Approval {
  if (annotation === '') return 'missing';
  if (annotation.startsWith('unapproved')) return 'bypassed';
  const isUrl =
    authority.test(annotation) && !unreadable.test(annotation) && URL.canParse(annotation);
  return isUrl ? 'approved' : 'invalid';
}
