import type { CreateSecretInput, PatchSecretInput, ReplaceSecretInput } from './secret.inputs.js';

/** Returns the given members; GraphQL's null counts as absent at this level. */
function given(input: object): Record<string, unknown> {
  const entries = Object.entries(input).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  return Object.fromEntries(entries);
}

/** Returns REST's POST body; a Secret may start without values. */
export function createBody(input: CreateSecretInput): Record<string, unknown> {
  const { namespace: _place, ...body } = given(input);
  return 'stringData' in body || 'data' in body ? body : { ...body, data: {} };
}

/** Returns REST's PUT body. */
export function replaceBody(input: ReplaceSecretInput): Record<string, unknown> {
  return given(input);
}

/** Returns REST's merge patch. */
export function patchBody(input: PatchSecretInput): Record<string, unknown> {
  return given(input);
}
