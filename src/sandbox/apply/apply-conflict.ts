import { ApiStatusError } from '../model/api-status.js';
import type { FieldOwner } from './field-owners.js';
import type { FieldSet } from './field-set.js';
import { showPath } from './path-element.js';
import type { Conflict } from './owner-changes.js';

/** 409 that names every field which other managers own. */
export function applyConflict(conflicts: readonly Conflict[]): ApiStatusError {
  const causes = conflicts.flatMap(({ owner, fields }) =>
    fields.paths().map((path) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${showOwner(owner)}`,
      field: showPath(path),
    })),
  );
  return new ApiStatusError(409, 'Conflict', messageOf(conflicts, causes.length), { causes });
}

function messageOf(conflicts: readonly Conflict[], count: number): string {
  const [first] = conflicts;
  const [path] = first?.fields.paths() ?? [];
  if (count === 1 && first !== undefined && path !== undefined) {
    const who = showOwner(first.owner);
    return `Apply failed with 1 conflict: conflict with ${who}: ${showPath(path)}`;
  }
  const lines = conflicts.flatMap(({ owner, fields }) => [
    `conflicts with ${showOwner(owner)}:`,
    ...fields.paths().map((each) => `- ${showPath(each)}`),
  ]);
  return `Apply failed with ${count} conflicts: ${lines.join('\n')}`;
}

function showOwner(owner: FieldOwner): string {
  const { manager, subresource, operation, apiVersion } = owner;
  const where = subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`;
  const how = operation === 'Update' ? ` using ${apiVersion}` : '';
  return `${JSON.stringify(manager)}${where}${how}`;
}

/** The conflicts without fields that may be taken anyway. */
export function remainingConflicts(conflicts: readonly Conflict[], allowed: FieldSet): Conflict[] {
  return conflicts
    .map((conflict) => ({ ...conflict, fields: conflict.fields.difference(allowed) }))
    .filter(({ fields }) => !fields.isEmpty);
}
