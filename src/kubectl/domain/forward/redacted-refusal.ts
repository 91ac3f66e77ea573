import type { RawAnswer, RawRequest } from '../../../core/forwarding.js';
import { type Body, isRecord, membersOf } from '../../../secrets/domain/body-members.js';
import { lenientJson } from './lenient-json.js';
import { isJsonPatch } from './patch-types.js';

const OMITTED = '"<omitted>"';
const QUOTED = /Invalid value: "(?:[^"\\]|\\.)*"/g;
const UNQUOTED = /Invalid value: (?!").*/gs;
const NAMES_NO_VALUE = /^(?:NotFound|AlreadyExists|Conflict|Forbidden|TooManyRequests)$/;
const LEFT_OUT = 'the cluster refused the patch; its words may quote values and are left out';

/**
 * Removes quoted values from the API server's refusal of a patch. It applies a patch first, so the
 * values may be the Secret's own, not the sent ones. Returns an answer without quotes unchanged.
 */
export function redactedRefusal(answer: RawAnswer, request: RawRequest): RawAnswer {
  const status = lenientJson(answer.body);
  if (!isRecord(status)) return answer;
  const redact = isJsonPatch(request) ? leftOut(status['reason']) : withoutQuotes;
  const details = membersOf(status['details']);
  const causes = Array.isArray(details['causes'])
    ? details['causes'].map((cause) => redacted(membersOf(cause), redact))
    : undefined;
  const shown = {
    ...redacted(status, redact),
    ...(status['details'] !== undefined && { details: { ...details, ...(causes && { causes }) } }),
  };
  const text = JSON.stringify(shown);
  return text === JSON.stringify(status) ? answer : { ...answer, body: Buffer.from(text, 'utf8') };
}

function redacted(object: Body, redact: (text: string) => string): Body {
  const { message } = object;
  return typeof message === 'string' ? { ...object, message: redact(message) } : object;
}

function withoutQuotes(text: string): string {
  return text
    .replaceAll(QUOTED, `Invalid value: ${OMITTED}`)
    .replaceAll(UNQUOTED, `Invalid value: ${OMITTED}`);
}

/** Omits texts: a JSON patch can move a value anywhere, and so into any sentence about it. */
function leftOut(reason: unknown): (text: string) => string {
  const isHarmless = typeof reason === 'string' && NAMES_NO_VALUE.test(reason);
  return isHarmless ? withoutQuotes : () => LEFT_OUT;
}
