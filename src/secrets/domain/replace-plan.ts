import { type FieldError, SallyportError } from '../../core/errors/sallyport-error.js';
import { refuseIfAny } from './field-errors.js';
import {
  hiddenAnnotationReason,
  hiddenAnnotations,
  isHiddenAnnotation,
} from './hidden-annotations.js';
import { pointerTo } from './json-pointer.js';
import { type KeyChanges, isUnchanged, keyChanges } from './key-changes.js';
import { annotationsSizeReason } from './names.js';
import type { SecretManifest, StoredSecret, StringMap } from './secret.js';
import type { Preconditions } from './secret.store.js';
import { type TypeRules, refuseClusterCredentials } from './secret-types.js';
import type { WriteInput } from './write-body.js';

export interface WritePlan {
  readonly kind: 'create' | 'update';
  readonly manifest: SecretManifest;
  readonly changes: KeyChanges;
  /** Whether bytes and metadata are equal: nothing is to be written. */
  readonly unchanged: boolean;
}

/** Plans a create: ignores preconditions and all that a read body says about its origin. */
export function planCreate(input: WriteInput, rules: TypeRules): WritePlan {
  const { namespace, name, data, labels = {}, annotations = {} } = input;
  const type = input.type ?? 'Opaque';
  const immutable = input.immutable ?? false;
  const manifest = { namespace, name, type, immutable, labels, annotations, data };
  refuseIfAny(annotationErrors(input, annotations));
  refuseClusterCredentials(type, rules);
  return { kind: 'create', manifest, changes: keyChanges(new Map(), data), unchanged: false };
}

/** Whether the caller may read the values that a write replaces. */
export interface ValueAccess {
  readonly mayReadValues: boolean;
}

export const immutableReason = 'field is immutable when `immutable` is set';

/**
 * Plans a PUT: absent fields are kept, and fields that reads hide are
 * kept in any case. The update carries the resourceVersion of the kept state. Unchanged values are
 * not checked again. Without `mayReadValues`, the plan depends on no stored value, so that a PUT
 * cannot test a guess. Throws Conflict (409) if a precondition of the body failed, or Invalid.
 */
export function planReplace(
  stored: StoredSecret | undefined,
  input: WriteInput,
  rules: TypeRules & ValueAccess,
): WritePlan {
  if (stored === undefined) return planCreate(input, rules);
  refuseStalePreconditions(stored, input.preconditions ?? {});
  const manifest = replacement(stored, input);
  const changes = keyChanges(stored.data, manifest.data);
  refuseIfAny([
    ...annotationErrors(input, manifest.annotations),
    ...fixedFieldErrors(stored, input, rules.mayReadValues ? changes : undefined),
  ]);
  const hasSameValues = rules.mayReadValues && isUnchanged(changes);
  const unchanged = hasSameValues && hasSameMetadata(stored, manifest);
  if (!unchanged) refuseClusterCredentials(stored.type, rules);
  return { kind: 'update', manifest, changes, unchanged };
}

/** Throws Conflict (409) if the Secret is not, or no longer, the one that the body names. */
export function refuseStalePreconditions(stored: StoredSecret, expected: Preconditions): void {
  for (const member of ['uid', 'resourceVersion'] as const) {
    const value = expected[member];
    if (value === undefined || value === stored[member]) continue;
    const errors = [{ pointer: pointerTo(member), reason: 'is not that of the stored Secret' }];
    throw new SallyportError('Conflict', 'the Secret has changed; read it again', {
      status: 409,
      errors,
    });
  }
}

function replacement(stored: StoredSecret, input: WriteInput): SecretManifest {
  const annotations =
    input.annotations === undefined
      ? stored.annotations
      : { ...input.annotations, ...hiddenAnnotations(stored.annotations) };
  return {
    namespace: stored.namespace,
    name: stored.name,
    type: stored.type,
    immutable: input.immutable ?? stored.immutable,
    labels: input.labels ?? stored.labels,
    annotations,
    data: input.data,
    ownerReferences: stored.ownerReferences,
    finalizers: stored.finalizers,
    uid: stored.uid,
    resourceVersion: stored.resourceVersion,
  };
}

function fixedFieldErrors(
  stored: StoredSecret,
  input: WriteInput,
  changes: KeyChanges | undefined,
): FieldError[] {
  const errors: FieldError[] = [];
  if (input.type !== undefined && input.type !== stored.type) {
    errors.push({ pointer: '/type', reason: 'field is immutable' });
  }
  if (!stored.immutable) return errors;
  if (input.immutable === false) errors.push({ pointer: '/immutable', reason: immutableReason });
  return [...errors, ...immutableValueErrors(changes)];
}

/** Errors for a write to immutable values: each changed key, or all values if it is undefined. */
export function immutableValueErrors(changes?: KeyChanges): FieldError[] {
  if (changes === undefined) return [{ pointer: '/data', reason: immutableReason }];
  const keys = [...changes.added, ...changes.changed, ...changes.removed];
  return keys.map((key) => ({ pointer: pointerTo('data', key), reason: immutableReason }));
}

// Kept annotations count towards Kubernetes' limit of the sum.
function annotationErrors(input: WriteInput, resulting: StringMap): FieldError[] {
  if (input.annotations === undefined) return [];
  const errors = Object.keys(input.annotations)
    .filter(isHiddenAnnotation)
    .map((key) => ({ pointer: pointerTo('annotations', key), reason: hiddenAnnotationReason }));
  const reason = annotationsSizeReason(resulting);
  return reason === undefined ? errors : [...errors, { pointer: '/annotations', reason }];
}

/** Reports whether an update would leave everything but values as it is. */
export function hasSameMetadata(stored: StoredSecret, manifest: SecretManifest): boolean {
  return (
    stored.immutable === manifest.immutable &&
    isSameMap(stored.labels, manifest.labels) &&
    isSameMap(stored.annotations, manifest.annotations)
  );
}

function isSameMap(a: StringMap, b: StringMap): boolean {
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key])
  );
}
