import type { NeededRight } from '../../custom-resources/domain/author-rights.js';
import type { ImportSpec } from './import-spec.js';

/** Returns the rights with which an author may have a copy written. */
export function rightsToTarget({ target }: Pick<ImportSpec, 'target'>): readonly NeededRight[] {
  if (target === undefined) return [];
  const { secretName: name } = target;
  return (['create', 'patch'] as const).map((verb) => {
    return { verb, group: '', resource: 'secrets', name };
  });
}
