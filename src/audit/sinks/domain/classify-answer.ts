/** `again`: the batch may be accepted later. `refused`: it never will be. */
export type AnswerVerdict = 'taken' | 'again' | 'tooLarge' | 'refused';

const TOO_LARGE = 413;
/** Request Timeout, Too Early, Too Many Requests: the temporary 4xx statuses. */
const PASSING = new Set([408, 425, 429]);
/** https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const OTLP_PASSING = new Set([429, 502, 503, 504]);

/** Classifies the status of a webhook's response; redirects are not followed, so they refuse. */
export function classifyWebhookAnswer(status: number): AnswerVerdict {
  if (status >= 200 && status < 300) return 'taken';
  if (status === TOO_LARGE) return 'tooLarge';
  return status >= 500 || PASSING.has(status) ? 'again' : 'refused';
}

/** Classifies the status of an OTLP collector's response. */
export function classifyOtlpAnswer(status: number): AnswerVerdict {
  if (status >= 200 && status < 300) return 'taken';
  if (status === TOO_LARGE) return 'tooLarge';
  return OTLP_PASSING.has(status) ? 'again' : 'refused';
}

/** Parses `Retry-After`, seconds or a date, to milliseconds from now; undefined for neither. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const atMs = header.endsWith(' GMT') ? Date.parse(header) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
