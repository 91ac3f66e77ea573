import { setImmediate as turn } from 'node:timers/promises';
import { admissionLimits } from '../../core/admission-limits.js';
import { badRequest, type SallyportError } from '../../core/errors/sallyport-error.js';
import { tooManyMembers } from '../../core/json-tokens.js';
import { type Body, membersOf } from '../../secrets/domain/body-members.js';
import { reviewHead, reviewText } from './review-text.js';

const API_VERSION = 'admission.k8s.io/v1';
const UID = /^[-a-zA-Z0-9]{1,64}$/;

/** Write of a Secret that the API server asks about. */
export interface ReviewedWrite {
  readonly verb: 'create' | 'update';
  /** User as the API server reports it. */
  readonly username: string;
  readonly namespace: string;
  readonly name: string;
  readonly isDryRun: boolean;
}

/** States of a Secret in the form of the API server, not yet decoded. */
export interface ObjectStates {
  readonly object: unknown;
  readonly oldObject: unknown;
}

/** Review with its id; the states are undefined if they are not parsed. */
export interface Review {
  readonly uid: string;
  readonly write: ReviewedWrite;
  readonly states: ObjectStates | undefined;
}

/** Answer to a review: warnings of a write that is allowed, or its refusal. */
export type Verdict =
  | { readonly isAllowed: true; readonly warnings: readonly string[] }
  | { readonly isAllowed: false; readonly refusal: SallyportError };

/**
 * Parses an AdmissionReview about a write of a Secret, in two turns of the event loop. Throws
 * BadRequest or TooLarge for anything else; no message quotes the body.
 * https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#request
 */
export async function parseReview(body: Buffer): Promise<Review> {
  const whole = reviewText(body);
  // Each part takes long for a large review.
  await turn();
  if (whole !== undefined) return reviewIn(whole, true);
  const head = reviewHead(body);
  if (head === undefined) throw tooManyMembers(admissionLimits.reviewMembersMax);
  return reviewIn(head, false);
}

/** Returns a review without its states, in little time; undefined if that is not possible. */
export function parseHead(body: Buffer): Review | undefined {
  const head = reviewHead(body);
  try {
    return head === undefined ? undefined : reviewIn(head, false);
  } catch {
    return undefined;
  }
}

function reviewIn(text: string, isWhole: boolean): Review {
  const { apiVersion, kind, request } = membersOf(documentIn(text));
  if (kind !== 'AdmissionReview' || apiVersion !== API_VERSION) {
    throw badRequest(`the body must be an AdmissionReview of ${API_VERSION}`);
  }
  const given = membersOf(request);
  const verb = verbs.get(given['operation']);
  const { uid, object, oldObject } = given;
  const { kind: ofObject } = membersOf(isWhole ? object : given['kind']);
  if (typeof uid !== 'string' || !UID.test(uid) || verb === undefined || ofObject !== 'Secret') {
    throw badRequest('the review must be about the creation or the update of a Secret');
  }
  const states = isWhole ? { object, oldObject } : undefined;
  return { uid, write: writeOf(verb, given), states };
}

function writeOf(verb: ReviewedWrite['verb'], request: Body): ReviewedWrite {
  const { metadata } = membersOf(request['object']);
  const { namespace, name } = membersOf(metadata);
  return {
    verb,
    username: textOf(membersOf(request['userInfo'])['username']),
    namespace: textOf(namespace) || textOf(request['namespace']),
    // The name of a request is empty if the API server generates that of the object.
    name: textOf(name) || textOf(request['name']),
    isDryRun: request['dryRun'] === true,
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
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
  const { code: reason, status: code } = refusal;
  return { status: { status: 'Failure', reason, code, message } };
}

function documentIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own error quotes the text, and so values.
    throw badRequest('the body is not valid JSON');
  }
}
