/** `again`: the same may be taken later. `refused`: it never will. */
export type AnswerVerdict = 'taken' | 'again' | 'tooLarge' | 'refused';

const TOO_LARGE = 413;
/** Request Timeout, Too Early, Too Many Requests: of 4xx those that pass. */
const PASSING = new Set([408, 425, 429]);
/** https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const OTLP_PASSING = new Set([429, 502, 503, 504]);

/** What the status of a webhook's answer means; a redirect is followed nowhere, so it is a no. */
export function classifyWebhookAnswer(status: number): AnswerVerdict {
  if (status >= 200 && status < 300) return 'taken';
  if (status === TOO_LARGE) return 'tooLarge';
  return status >= 500 || PASSING.has(status) ? 'again' : 'refused';
}

/** The same of an OTLP collector. */
export function classifyOtlpAnswer(status: number): AnswerVerdict {
  if (status >= 200 && status < 300) return 'taken';
  if (status === TOO_LARGE) return 'tooLarge';
  return OTLP_PASSING.has(status) ? 'again' : 'refused';
}

/** Seconds or a date in `Retry-After`, as milliseconds from now; undefined for neither. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const atMs = header.endsWith(' GMT') ? Date.parse(header) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
