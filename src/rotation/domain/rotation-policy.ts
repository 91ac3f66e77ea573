import { createHash } from 'node:crypto';
import { invalidAt, SallyportError } from '../../core/errors/sallyport-error.js';
import { parseSpec } from './parse-spec.js';
import type { RotatedSecret } from './rotation-run.js';
import type { RotationSpec, Schedule } from './rotation-spec.js';

/** A SecretRotation as the cluster holds it; its name is that of its Secret. */
export interface StoredPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** Grows with every change of the spec. */
  readonly generation: number;
  readonly createdMs: number;
  readonly annotations: Readonly<Record<string, string>>;
  /** As its author wrote it, defaults of the cluster filled in; `secretName` among it. */
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status: Readonly<Record<string, unknown>>;
  readonly isBeingDeleted: boolean;
}

/** The same, understood. */
export interface ParsedPolicy extends RotatedSecret {
  readonly policy: StoredPolicy;
  /** Undefined where it breaks a rule. */
  readonly spec: RotationSpec | undefined;
  /** Of the spec as it is understood: what an author answers for. */
  readonly specHash: string;
  /** Which rule it breaks. */
  readonly problem: string | undefined;
}

/** Never throws: a policy that breaks a rule says so in its status. */
export function parsePolicy(policy: StoredPolicy, namespaceUid: string): ParsedPolicy {
  const { namespace, name } = policy;
  const place = { namespace, namespaceUid, name, policy };
  try {
    const named = policy.spec['secretName'];
    if (named !== undefined && named !== name) {
      throw invalidAt('/secretName', 'must be the name of the SecretRotation');
    }
    const spec = parseSpec(name, bodyOf(policy));
    return { ...place, spec, specHash: hashOf(spec), problem: undefined };
  } catch (error) {
    return { ...place, spec: undefined, specHash: '', problem: sentenceOf(error) };
  }
}

/** What a user of REST writes and reads: the spec without the Secret's name. */
export function bodyOf({ spec }: Pick<StoredPolicy, 'spec'>): Readonly<Record<string, unknown>> {
  const { secretName: _, ...body } = spec;
  return body;
}

/** SHA-256 (hex) of a spec or a part of one, whatever the order of its members. */
export function hashOf(spec: RotationSpec | Schedule): string {
  return createHash('sha256').update(canonical(spec)).digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${members.join(',')}}`;
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof SallyportError)) return 'the spec cannot be understood';
  const places = error.errors.map(({ pointer, reason }) => `${pointer}: ${reason}`);
  return places.slice(0, 5).join('; ') || error.message;
}
