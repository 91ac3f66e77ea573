import { z } from 'zod';
import type { Decision } from '../../access/access.service.js';
import type { AccessQuestion } from '../../access/domain/access-question.js';
import { SallyportError, badRequest, invalidAt } from '../../core/errors/sallyport-error.js';
import type { RawRequest } from '../../core/forwarding.js';
import { limits } from '../../core/limits.js';
import { parseJson } from '../../core/parse-json.js';
import { parseBody } from '../../core/parse-with.js';
import type { Principal } from '../../core/principal.js';
import { mediaTypeOf } from '../../platform/http/domain/media-type.js';
import type { ApiResourceRequest } from './facade.js';
import { publishedDocument } from './published-document.js';
import { protobufReview } from './protobuf-review.js';
import { nonResourceRules, type ResourceRule } from './self-review-rules.js';

export const accessReview = {
  kind: 'SelfSubjectAccessReview',
  apiVersion: 'authorization.k8s.io/v1',
} as const;
export const rulesReview = {
  kind: 'SelfSubjectRulesReview',
  apiVersion: 'authorization.k8s.io/v1',
} as const;
export const selfReview = {
  kind: 'SelfSubjectReview',
  apiVersion: 'authentication.k8s.io/v1',
} as const;

export type ReviewType = typeof accessReview | typeof rulesReview | typeof selfReview;

const reviewTypes: readonly ReviewType[] = [accessReview, rulesReview, selfReview];

const optionalText = z
  .string()
  .max(limits.accessReviewTextCharactersMax)
  .nullish()
  .transform((text) => text ?? '');
const selector = z.looseObject({}).nullish();
const resourceAttributes = z.object({
  namespace: optionalText,
  verb: optionalText,
  group: optionalText,
  version: optionalText,
  resource: optionalText,
  subresource: optionalText,
  name: optionalText,
  fieldSelector: selector,
  labelSelector: selector,
});
const nonResourceAttributes = z.object({ path: optionalText, verb: optionalText });
const typeMeta = z.object({ kind: optionalText, apiVersion: optionalText });
const accessSpec = z.object({
  spec: z
    .object({
      resourceAttributes: resourceAttributes.nullish(),
      nonResourceAttributes: nonResourceAttributes.nullish(),
    })
    .nullish(),
});
const rulesSpec = z.object({ spec: z.object({ namespace: optionalText }).nullish() });

/** Question of a SelfSubjectAccessReview: about objects, or about a path. */
export type AccessSpec =
  | { readonly resourceAttributes: z.output<typeof resourceAttributes> }
  | { readonly nonResourceAttributes: z.output<typeof nonResourceAttributes> };

/** Returns the review in a request; undefined for no review, or one of another version. */
export function reviewTypeOf({
  group,
  version,
  resource,
  subresource,
}: ApiResourceRequest): ReviewType | undefined {
  if (subresource !== '') return undefined;
  return reviewTypes.find(
    ({ kind, apiVersion }) =>
      `${group}/${version}` === apiVersion && resource === `${kind.toLowerCase()}s`,
  );
}

/**
 * Parses the body of a review. Throws UnsupportedMediaType if its type is neither JSON nor
 * protobuf, BadRequest and Invalid for invalid input or another kind.
 */
export function parseReview({ contentType, body }: RawRequest, type: ReviewType): unknown {
  const mediaType = mediaTypeOf(contentType) ?? 'application/json';
  const document = parsedReview(mediaType, body ?? Buffer.alloc(0));
  const { kind, apiVersion } = parseBody(typeMeta, document);
  const isOther = (given: string, meant: string) => given !== '' && given !== meant;
  if (isOther(kind, type.kind) || isOther(apiVersion, type.apiVersion)) {
    throw badRequest(`the body must be a ${type.kind} of ${type.apiVersion}`);
  }
  return document;
}

function parsedReview(mediaType: string, body: Buffer): unknown {
  if (mediaType === 'application/json') return parseJson(body);
  if (mediaType === 'application/vnd.kubernetes.protobuf') return protobufReview(body);
  throw new SallyportError('UnsupportedMediaType', 'reviews are taken as application/json');
}

/** Throws Invalid for a spec that asks nothing, or two things together. */
export function accessSpecOf(document: unknown): AccessSpec {
  const { spec } = parseBody(accessSpec, document);
  const { resourceAttributes: ofResource, nonResourceAttributes: ofPath } = spec ?? {};
  if (ofResource && !ofPath) return { resourceAttributes: ofResource };
  if (ofPath && !ofResource) return { nonResourceAttributes: ofPath };
  const rule = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
  throw invalidAt('/spec', rule);
}

/** Returns the namespace. Throws BadRequest if none is named, as the API server does. */
export function rulesNamespaceOf(document: unknown): string {
  const namespace = parseBody(rulesSpec, document).spec?.namespace ?? '';
  if (namespace === '') throw badRequest('no namespace on request');
  return namespace;
}

/**
 * Converts a review to a question of the gateway. Rights have no version. Selectors are left out:
 * the remaining question covers more, so that a yes is always right.
 */
export function questionOf(attributes: z.output<typeof resourceAttributes>): AccessQuestion {
  const { verb, group, resource, subresource, namespace, name } = attributes;
  return {
    verb,
    group,
    resource,
    subresource,
    namespace: namespace === '' ? '*' : namespace,
    name: name === '' ? '*' : name,
  };
}

/** Decides whether a path may be read: the gateway serves some of the cluster's, to all users. */
export function pathDecision({ path, verb }: z.output<typeof nonResourceAttributes>): Decision {
  const segments = path.split('/').slice(1, path.endsWith('/') ? -1 : undefined);
  const isRead = verb === 'get' || verb === 'head';
  if (isRead && path.startsWith('/') && publishedDocument(segments) !== undefined) {
    return { allowed: true, reason: '' };
  }
  const reason = 'this gateway serves discovery, OpenAPI and the version, to be read';
  return { allowed: false, reason };
}

/** Returns an answered SelfSubjectAccessReview, as the API server prints it. */
export function reviewedAccess(spec: AccessSpec, { allowed, reason }: Decision): object {
  const status = { allowed, ...(reason !== '' && { reason }) };
  const echoed =
    'resourceAttributes' in spec
      ? { resourceAttributes: filled(spec.resourceAttributes) }
      : { nonResourceAttributes: filled(spec.nonResourceAttributes) };
  return { ...accessReview, metadata: {}, spec: echoed, status };
}

/** Returns an answered SelfSubjectRulesReview; like the API server, does not echo the spec. */
export function reviewedRules(resourceRules: readonly ResourceRule[], isComplete: boolean): object {
  const served = 'only rights that this gateway serves are listed';
  const evaluationError = isComplete ? served : `${served}, and not all rights to single names`;
  const status = { resourceRules, nonResourceRules, incomplete: true, evaluationError };
  return { ...rulesReview, metadata: {}, spec: {}, status };
}

/** Returns an answered SelfSubjectReview: the caller's identity at the gateway. */
export function reviewedSelf(principal: Principal, nowMs: number): object {
  const { username, uid, groups, extra } = principal;
  const creationTimestamp = new Date(nowMs).toISOString().replace(/\.\d+Z$/, 'Z');
  const userInfo = {
    username,
    ...(uid !== '' && { uid }),
    ...(groups.length > 0 && { groups }),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
  return { ...selfReview, metadata: { creationTimestamp }, status: { userInfo } };
}

/** Returns only filled members: Kubernetes leaves out empty ones. */
function filled(attributes: object): object {
  const isFilled = ([, value]: [string, unknown]) => Boolean(value);
  return Object.fromEntries(Object.entries(attributes).filter(isFilled));
}
