import type { z } from 'zod';
import { type FieldError, badRequest, invalid } from './errors/sallyport-error.js';
import { escapePointer } from './parse-json.js';

type Issue = z.core.$ZodIssue;

/** Parses parameters by a schema; 400 with every problem named, values never quoted. */
export function parseParameters<S extends z.ZodType>(
  schema: S,
  value: unknown,
  prefix: '/path' | '/query',
): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = fieldErrors(parsed.error.issues, { prefix, value });
  throw badRequest(errors.map((error) => `${error.pointer}: ${error.reason}`).join('; '), errors);
}

/** Parses a body by a schema; 422 with every problem named, values never quoted. */
export function parseBody<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(bodyErrors(parsed.error.issues, value));
}

/** Returns the problems of a body. A whole Kubernetes object has one: its `spec` is the body. */
export function bodyErrors(issues: readonly Issue[], body: unknown): readonly FieldError[] {
  return isWrapped(issues)
    ? [{ pointer: '/spec', reason: UNWRAPPED }]
    : fieldErrors(issues, { prefix: '', value: body });
}

const UNWRAPPED =
  'unknown: the body is the spec alone, without apiVersion, kind, metadata and spec around it';

function isWrapped(issues: readonly Issue[]): boolean {
  return issues.some((issue) => {
    if (issue.code !== 'unrecognized_keys' || issue.path.length > 0) return false;
    return issue.keys.includes('spec') && issue.keys.includes('kind');
  });
}

/** Value that was parsed, and the pointer to it. */
interface Parsed {
  readonly prefix: string;
  readonly value: unknown;
}

function fieldErrors(issues: readonly Issue[], { prefix, value }: Parsed): FieldError[] {
  return issues.flatMap((issue) => {
    const base = prefix + issue.path.map((part) => `/${escapePointer(String(part))}`).join('');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        pointer: `${base}/${escapePointer(key)}`,
        reason: 'unknown',
      }));
    }
    const meant = issue.code === 'invalid_union' ? issue.errors.find(isOfRightKind) : undefined;
    if (meant) return fieldErrors(meant, { prefix: base, value: valueAt(value, issue.path) });
    const reason = reasonOf(issue);
    const isMissing = issue.code === 'invalid_value' && valueAt(value, issue.path) === undefined;
    return [{ pointer: base, reason: isMissing ? `is required, and ${reason}` : reason }];
  });
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((outer, part) => {
    const isInside = typeof outer === 'object' && outer !== null && Object.hasOwn(outer, part);
    return isInside ? (outer as Readonly<Record<PropertyKey, unknown>>)[part] : undefined;
  }, value);
}

/** Reports whether an alternative of a union accepted the type but refused a part of the value. */
function isOfRightKind(issues: readonly Issue[]): boolean {
  return !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0);
}

/** Returns Zod's words, if they cannot contain a fragment of the input. */
function reasonOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_type':
      // Zod's own words for a missing value.
      return issue.message.endsWith('received undefined')
        ? 'is required'
        : `expected ${issue.expected}`;
    case 'too_big':
      return `at most ${String(issue.maximum)}`;
    case 'too_small':
      return `at least ${String(issue.minimum)}`;
    case 'custom':
      return issue.message;
    default:
      return 'is not valid';
  }
}
