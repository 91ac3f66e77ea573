import type { FieldError } from '../../core/errors/sallyport-error.js';
import type { ShareSpec } from './share-spec.js';

const REASON = 'is not supported by this version of the gateway';

/** Returns members of a share that have no effect in this version. */
export function unsupportedOfShare({ onRevoke }: ShareSpec): FieldError[] {
  return problems({
    '/onRevoke': onRevoke !== 'none',
  });
}

function problems(found: Readonly<Record<string, boolean>>): FieldError[] {
  return Object.entries(found)
    .filter(([, isThere]) => isThere)
    .map(([pointer]) => ({ pointer, reason: REASON }));
}
