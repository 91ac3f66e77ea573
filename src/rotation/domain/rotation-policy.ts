import type { CustomResource } from '../../custom-resources/domain/custom-resource.js';
import { hashOf } from '../../custom-resources/domain/spec-hash.js';
import { invalidAt, SallyportError } from '../../core/errors/sallyport-error.js';
import { parseSpec } from './parse-spec.js';
import type { RotatedSecret } from './rotation-run.js';
import type { RotationSpec } from './rotation-spec.js';

/** SecretRotation as stored in the cluster; its name is its Secret's name. */
export type StoredPolicy = CustomResource;

/** Stored policy, parsed. */
export interface ParsedPolicy extends RotatedSecret {
  readonly policy: StoredPolicy;
  /** Undefined if it breaks a rule. */
  readonly spec: RotationSpec | undefined;
  /** Hash of the parsed spec: the author is responsible for this spec. */
  readonly specHash: string;
  /** Broken rule. */
  readonly problem: string | undefined;
}

/** Parses a policy. Never throws: the status reports a broken rule. */
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

/** Returns the body that REST users write and read: the spec without the Secret's name. */
export function bodyOf({ spec }: Pick<StoredPolicy, 'spec'>): Readonly<Record<string, unknown>> {
  const { secretName: _, ...body } = spec;
  return body;
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof SallyportError)) return 'the spec cannot be understood';
  const places = error.errors.map(({ pointer, reason }) => `${pointer}: ${reason}`);
  return places.slice(0, 5).join('; ') || error.message;
}
