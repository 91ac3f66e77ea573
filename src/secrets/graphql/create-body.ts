import { subjectOf } from '../../platform/graphql/write-input.js';
import type { CreateSecretInput } from './secret.inputs.js';

/** Returns REST's POST body; a Secret may start without values. */
export function createBody(input: CreateSecretInput): Record<string, unknown> {
  const { namespace: _namespace, ...body } = subjectOf(input);
  return 'stringData' in body || 'data' in body ? body : { ...body, data: {} };
}
