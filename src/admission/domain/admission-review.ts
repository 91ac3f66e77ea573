import { admissionLimits } from '../../core/admission-limits.js';
import { badRequest, type SallyportError } from '../../core/errors/sallyport-error.js';
import { jsonTokens } from '../../core/json-tokens.js';
import { type Body, membersOf } from '../../secrets/domain/body-members.js';
import { checkedObject } from '../../secrets/domain/checked-object.js';
import type { CheckedSecret } from '../../secrets/domain/secret-checks.js';

const API_VERSION = 'admission.k8s.io/v1';
const UID = /^[-a-zA-Z0-9]{1,64}$/;
const bounds = {
  levelsMax: admissionLimits.reviewDepthMax,
  membersMax: admissionLimits.reviewMembersMax,
};

/** Write of a Secret that the API server asks about. */
export interface ReviewedWrite {
  readonly verb: 'create' | 'update';
  /** User as the API server reports it. */
  readonly username: string;
  /** State before the write; undefined if the Secret is new. */
  readonly before: CheckedSecret | undefined;
  readonly after: CheckedSecret;
  /** Whether the Secret is being deleted, and waits for its finalizers. */
  readonly isEnding: boolean;
  readonly isDryRun: boolean;
}

/** Review with its id; the write is undefined if its object cannot be checked. */
export interface Review {
  readonly uid: string;
  readonly write: ReviewedWrite | undefined;
}

/** Answer to a review: warnings of a write that is allowed, or its refusal. */
export type Verdict =
  | { readonly isAllowed: true; readonly warnings: readonly string[] }
  | { readonly isAllowed: false; readonly refusal: SallyportError };

/**
 * Parses an AdmissionReview about a write of a Secret. Throws BadRequest or TooLarge for anything
 * else; no message quotes the body.
 * https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#request
 */
export function parseReview(body: Buffer): Review {
  jsonTokens(body, bounds);
  const { apiVersion, kind, request } = membersOf(documentIn(body));
  if (kind !== 'AdmissionReview' || apiVersion !== API_VERSION) {
    throw badRequest(`the body must be an AdmissionReview of ${API_VERSION}`);
  }
  const given = membersOf(request);
  const verb = verbs.get(given['operation']);
  const { uid } = given;
  const isOfSecret = membersOf(given['object'])['kind'] === 'Secret';
  if (typeof uid !== 'string' || !UID.test(uid) || verb === undefined || !isOfSecret) {
    throw badRequest('the review must be about the creation or the update of a Secret');
  }
  return { uid, write: writeOf(verb, given) };
}

function writeOf(verb: ReviewedWrite['verb'], request: Body): ReviewedWrite | undefined {
  const { userInfo, object, oldObject, dryRun } = request;
  const { username } = membersOf(userInfo);
  const { deletionTimestamp } = membersOf(membersOf(object)['metadata']);
  const after = checkedObject(object);
  const before = verb === 'update' ? checkedObject(oldObject) : undefined;
  if (after === undefined || (verb === 'update' && before === undefined)) return undefined;
  return {
    verb,
    username: typeof username === 'string' ? username : '',
    before,
    after,
    isEnding: typeof deletionTimestamp === 'string',
    isDryRun: dryRun === true,
  };
}

const verbs: ReadonlyMap<unknown, ReviewedWrite['verb']> = new Map([
  ['CREATE', 'create'],
  ['UPDATE', 'update'],
]);

/**
 * Returns the AdmissionReview that answers.
 * https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#response
 */
export function answeredReview(uid: string, verdict: Verdict): Readonly<Record<string, unknown>> {
  const answer = verdict.isAllowed ? allowedAnswer(verdict.warnings) : refusedAnswer(verdict);
  return {
    apiVersion: API_VERSION,
    kind: 'AdmissionReview',
    response: { uid, allowed: verdict.isAllowed, ...answer },
  };
}

function allowedAnswer(warnings: readonly string[]) {
  if (warnings.length === 0) return {};
  const { warningsMax, warningCharactersMax } = admissionLimits;
  const kept = warnings.slice(0, warningsMax);
  return { warnings: kept.map((text) => text.slice(0, warningCharactersMax).toWellFormed()) };
}

function refusedAnswer({ refusal }: { readonly refusal: SallyportError }) {
  const message = refusal.message.slice(0, admissionLimits.messageCharactersMax).toWellFormed();
  return { status: { status: 'Failure', reason: 'Invalid', code: refusal.status, message } };
}

function documentIn(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    // The parser's own error quotes the text, and so values.
    throw badRequest('the body is not valid JSON');
  }
}
