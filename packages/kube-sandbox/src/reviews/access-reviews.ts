import { selectorCauses } from '../authz/review-selectors.js';
import { askedOf, echoedSpec, type ReviewSpec, reviewSpecOf } from '../authz/review-spec.js';
import { ApiStatusError, badRequest, invalid, type StatusCause } from '../model/api-status.js';
import type { Authorizer, UserInfo } from '../model/identity.js';
import type { Json, JsonObject, KubeObject, ObjectMeta } from '../model/kube-object.js';

export type AccessReviewKind =
  | 'SubjectAccessReview'
  | 'SelfSubjectAccessReview'
  | 'LocalSubjectAccessReview';

const GROUP = 'authorization.k8s.io';
/** Members of metadata in the API server's order. */
const META_ORDER: readonly string[] = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
];

/**
 * Evaluates a subject, self or local access review. Throws 422 for a spec with too few or too many
 * members, 400 for a namespace that differs from the URL's. A SubjectAccessReview uses names and
 * groups literally, so the client must include the groups that authentication adds.
 * https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/subject-access-review-v1/
 */
export function reviewAccess(
  kind: AccessReviewKind,
  object: KubeObject,
  user: UserInfo,
  urlNamespace: string,
  authorizer: Authorizer,
): KubeObject {
  const spec = reviewSpecOf(object['spec'], kind);
  const metadata = metadataFor(kind, object.metadata, urlNamespace);
  const causes = [...specCauses(kind, spec), ...metadataCauses(kind, metadata)];
  if (kind === 'LocalSubjectAccessReview') causes.push(...localCauses(spec, urlNamespace));
  if (causes.length > 0) throw invalidReview(causes);
  const isSelf = kind === 'SelfSubjectAccessReview';
  const { isAllowed, reason } = authorizer.decide(askedOf(spec, isSelf ? user : subjectOf(spec)));
  return {
    kind,
    apiVersion: `${GROUP}/v1`,
    metadata,
    spec: echoedSpec(spec, isSelf),
    status: { allowed: isAllowed, ...(reason && { reason }) },
  };
}

function subjectOf({ user, uid, groups, extra }: ReviewSpec): UserInfo {
  return { username: user, uid, groups, extra };
}

/** Omits the members that only the system sets. */
function metadataFor(kind: AccessReviewKind, given: ObjectMeta, urlNamespace: string): ObjectMeta {
  const { namespace = '', uid, creationTimestamp, deletionTimestamp, ...others } = given;
  const { deletionGracePeriodSeconds, ...rest } = others;
  if (kind !== 'LocalSubjectAccessReview') return rest;
  if (namespace !== '' && namespace !== urlNamespace) {
    const what = 'the namespace of the provided object does not match';
    throw badRequest(`${what} the namespace sent on the request`);
  }
  return { namespace: urlNamespace, ...rest };
}

function specCauses(kind: AccessReviewKind, spec: ReviewSpec): readonly StatusCause[] {
  const { resourceAttributes, nonResourceAttributes, user, groups } = spec;
  const causes: StatusCause[] = [];
  if ((resourceAttributes === undefined) === (nonResourceAttributes === undefined)) {
    const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    causes.push(broken('spec', shownPath(nonResourceAttributes), why));
  }
  if (kind !== 'SelfSubjectAccessReview' && user === '' && groups.length === 0) {
    causes.push(broken('spec.user', '', 'at least one of user or group must be specified'));
  }
  return resourceAttributes === undefined
    ? causes
    : [...causes, ...selectorCauses(resourceAttributes)];
}

function metadataCauses(kind: AccessReviewKind, metadata: ObjectMeta): readonly StatusCause[] {
  const isLocal = kind === 'LocalSubjectAccessReview';
  const ignored = isLocal ? ['namespace', 'managedFields'] : ['managedFields'];
  const given = Object.entries(metadata).filter(
    ([name, value]) => !ignored.includes(name) && !isEmpty(value),
  );
  if (given.length === 0) return [];
  const why = isLocal ? 'must be empty except for namespace' : 'must be empty';
  return [broken('metadata', inOrder(metadata), why)];
}

function localCauses(spec: ReviewSpec, namespace: string): readonly StatusCause[] {
  const { resourceAttributes, nonResourceAttributes } = spec;
  const asked = resourceAttributes?.['namespace'] ?? '';
  const causes: StatusCause[] = [];
  if (resourceAttributes !== undefined && asked !== namespace) {
    const field = 'spec.resourceAttributes.namespace';
    causes.push(broken(field, asked, 'must match metadata.namespace'));
  }
  if (nonResourceAttributes !== undefined) {
    const shown = shownPath(nonResourceAttributes);
    causes.push(broken('spec.nonResourceAttributes', shown, 'disallowed on this kind of request'));
  }
  return causes;
}

function broken(field: string, value: Json, why: string): StatusCause {
  const message = `Invalid value: ${JSON.stringify(value)}: ${why}`;
  return { reason: 'FieldValueInvalid', message, field };
}

/** The API server prints its internal type, which has other member names. */
function shownPath(attributes: JsonObject | undefined): Json {
  if (attributes === undefined) return null;
  return { Path: attributes['path'] ?? '', Verb: attributes['verb'] ?? '' };
}

function inOrder(metadata: ObjectMeta): JsonObject {
  const names = META_ORDER.filter((name) => !isEmpty(metadata[name]));
  return Object.fromEntries(names.map((name) => [name, metadata[name]]));
}

function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '' || value === 0) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** The API server omits the kind in these messages. */
function invalidReview(causes: readonly StatusCause[]): ApiStatusError {
  const { code, reason, message } = invalid({ group: GROUP, kind: '' }, '', causes);
  return new ApiStatusError(code, reason, message, { group: GROUP, causes });
}
