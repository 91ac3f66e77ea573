import type { FieldError } from '../../core/errors/sallyport-error.js';
import type { ImportSpec } from './import-spec.js';
import type { ShareSpec } from './share-spec.js';

const REASON = 'is not supported by this version of the gateway';

/** Returns members of a share that have no effect in this version. */
export function unsupportedOfShare({ delivery, reshare, onRevoke }: ShareSpec): FieldError[] {
  return problems({
    '/delivery': delivery.includes('copy'),
    '/reshare': reshare,
    '/onRevoke': onRevoke !== 'none',
  });
}

/** Returns members of an import that have no effect in this version. */
export function unsupportedOfImport({ target, repair }: ImportSpec): FieldError[] {
  return problems({ '/target': target !== undefined, '/repair': repair });
}

function problems(found: Readonly<Record<string, boolean>>): FieldError[] {
  return Object.entries(found)
    .filter(([, isThere]) => isThere)
    .map(([pointer]) => ({ pointer, reason: REASON }));
}
