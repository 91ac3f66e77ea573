import { Buffer } from 'node:buffer';
import { goQuote } from '../authz/go-quote.js';
import type { StatusCause } from '../model/api-status.js';
import type { Json, KubeObject } from '../model/kube-object.js';
import type { ResourceDefinition } from '../model/resource-definition.js';
import { forbiddenField, immutable, invalidValue, required, tooLong } from './field-errors.js';
import {
  type Complaints,
  labelComplaints,
  pathSegmentComplaints,
  qualifiedNameComplaints,
  subdomainComplaints,
} from './name-rules.js';
import { labelCauses } from './validate-labels.js';
import { ownerReferenceCauses } from './validate-owner-references.js';

const annotationBytesMax = 256 * 1024;
const standardFinalizers = ['kubernetes', 'orphan', 'foregroundDeletion'];
/** Groups that accept an unqualified finalizer only if Kubernetes defines it. */
const groupsWithKnownFinalizers = ['', 'apps', 'rbac.authorization.k8s.io'];
const fixedMembers = [
  'name',
  'namespace',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const;

const nameRules = {
  subdomain: subdomainComplaints,
  label: labelComplaints,
  pathSegment: pathSegmentComplaints,
};

/**
 * Checks `metadata` on create, after a name is generated.
 * https://pkg.go.dev/k8s.io/apimachinery/pkg/api/validation#ValidateObjectMeta
 */
export function validateMetadata(
  object: KubeObject,
  definition: ResourceDefinition,
): StatusCause[] {
  return [
    ...nameCauses(object, definition),
    ...commonCauses(object, definition),
    ...knownFinalizerCauses(object, definition),
  ];
}

/**
 * Checks what an update may not change in `metadata`, in addition to `validateMetadata`. Expects
 * uid, generation and creationTimestamp of `old` if clients may not set them.
 */
export function validateMetadataUpdate(object: KubeObject, old: KubeObject): StatusCause[] {
  const { metadata } = object;
  const causes =
    old.metadata.deletionTimestamp === undefined ? [] : newFinalizerCauses(object, old);
  const generation = metadata.generation ?? 0;
  if (generation < (old.metadata.generation ?? 0)) {
    causes.push(invalidValue('metadata.generation', generation, 'must not be decremented'));
  }
  for (const member of fixedMembers) {
    const value: Json = metadata[member] ?? null;
    if (value === (old.metadata[member] ?? null)) continue;
    causes.push(immutable(`metadata.${member}`, value ?? emptyOf(member)));
  }
  return causes;
}

/** Returns Go's text for an absent member: empty for strings, nil for times and counts. */
function emptyOf(member: (typeof fixedMembers)[number]): Json {
  return member === 'name' || member === 'namespace' || member === 'uid' ? '' : null;
}

function nameCauses(object: KubeObject, definition: ResourceDefinition): StatusCause[] {
  const rule = definition.strategy.nameRule ?? 'subdomain';
  const check = nameRules[rule];
  const { name = '', generateName = '' } = object.metadata;
  const prefix = rule === 'pathSegment' ? generateName : withoutLastDash(generateName);
  const causes: StatusCause[] = [];
  if (generateName !== '') {
    causes.push(...quoting('metadata.generateName', generateName, check(prefix)));
  }
  if (name === '') causes.push(required('metadata.name', 'name or generateName is required'));
  else causes.push(...quoting('metadata.name', name, check(name)));
  return causes;
}

/** A suffix follows the prefix, so the prefix may end with a dash, as in the API server. */
function withoutLastDash(prefix: string): string {
  return prefix.length > 1 && prefix.endsWith('-') ? `${prefix.slice(0, -2)}a` : prefix;
}

function commonCauses(object: KubeObject, definition: ResourceDefinition): StatusCause[] {
  const { metadata } = object;
  const generation = metadata.generation ?? 0;
  const causes = namespaceCauses(metadata.namespace ?? '', definition.isNamespaced);
  if (generation < 0) {
    const detail = 'must be greater than or equal to 0';
    causes.push(invalidValue('metadata.generation', generation, detail));
  }
  causes.push(...labelCauses(metadata.labels ?? {}, 'metadata.labels'));
  causes.push(...annotationCauses(metadata.annotations ?? {}));
  causes.push(...ownerReferenceCauses(metadata.ownerReferences ?? []));
  causes.push(...finalizerCauses(metadata.finalizers ?? []));
  return causes;
}

function namespaceCauses(namespace: string, isNamespaced: boolean): StatusCause[] {
  const field = 'metadata.namespace';
  if (!isNamespaced) {
    return namespace === '' ? [] : [forbiddenField(field, 'not allowed on this type')];
  }
  if (namespace === '') return [required(field)];
  return quoting(field, namespace, labelComplaints(namespace));
}

function annotationCauses(annotations: Readonly<Record<string, string>>): StatusCause[] {
  const field = 'metadata.annotations';
  const causes = Object.keys(annotations).flatMap((key) => {
    return quoting(field, key, qualifiedNameComplaints(key.toLowerCase()));
  });
  const bytes = Object.entries(annotations).reduce((sum, [key, value]) => {
    return sum + Buffer.byteLength(key, 'utf8') + Buffer.byteLength(value, 'utf8');
  }, 0);
  if (bytes > annotationBytesMax) causes.push(tooLong(field, annotationBytesMax));
  return causes;
}

function finalizerCauses(finalizers: string[]): StatusCause[] {
  const field = 'metadata.finalizers';
  const causes = finalizers.flatMap((it) => quoting(field, it, qualifiedNameComplaints(it)));
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    const detail = 'finalizer orphan and foregroundDeletion cannot be both set';
    causes.push(invalidValue(field, finalizers, detail));
  }
  return causes;
}

function knownFinalizerCauses(object: KubeObject, definition: ResourceDefinition): StatusCause[] {
  const { group, kind } = definition;
  if (definition.isCustom || !groupsWithKnownFinalizers.includes(group)) return [];
  if (group === '' && kind === 'Event') return [];
  return (object.metadata.finalizers ?? []).flatMap((finalizer, index) => {
    return unknownFinalizerCauses(finalizer, `metadata.finalizers[${index}]`);
  });
}

/** A finalizer without a domain must be one that Kubernetes defines. */
export function unknownFinalizerCauses(finalizer: string, field: string): StatusCause[] {
  if (finalizer.includes('/') || standardFinalizers.includes(finalizer)) return [];
  const detail = 'name is neither a standard finalizer name nor is it fully qualified';
  return [invalidValue(field, finalizer, detail)];
}

function newFinalizerCauses(object: KubeObject, old: KubeObject): StatusCause[] {
  const before = new Set(old.metadata.finalizers);
  const added = [...new Set(object.metadata.finalizers)].filter((it) => !before.has(it));
  if (added.length === 0) return [];
  const listed = added.toSorted().map(goQuote).join(', ');
  const detail =
    'no new finalizers can be added if the object is being deleted, ' +
    `found new finalizers []string{${listed}}`;
  return [forbiddenField('metadata.finalizers', detail)];
}

function quoting(field: string, value: string, complaints: Complaints): StatusCause[] {
  return complaints.map((complaint) => invalidValue(field, value, complaint));
}
