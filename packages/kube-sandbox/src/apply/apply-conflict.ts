import { ApiStatusError } from '../model/api-status.js';
import { ToldCharacters } from '../schema/told-characters.js';
import { bounds } from '../store/sandbox-bounds.js';
import type { FieldOwner } from './field-owners.js';
import type { FieldSet } from './field-set.js';
import { showPath } from './path-element.js';
import type { Conflict } from './owner-changes.js';

interface Told {
  readonly owner: string;
  readonly fields: readonly string[];
}

/** Returns the 409 that names fields of other managers, up to the bound. */
export function applyConflict(conflicts: readonly Conflict[]): ApiStatusError {
  const told = toldConflicts(conflicts);
  const causes = told.flatMap(({ owner, fields }) =>
    fields.map((field) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${owner}`,
      field,
    })),
  );
  return new ApiStatusError(409, 'Conflict', messageOf(told, causes.length), { causes });
}

function toldConflicts(conflicts: readonly Conflict[]): readonly Told[] {
  const characters = new ToldCharacters();
  let left: number = bounds.problemsToldMax;
  return conflicts.map(({ owner, fields }) => {
    const places: string[] = [];
    for (const path of fields.paths(left)) {
      const place = showPath(path);
      if (!characters.spend(place.length)) break;
      places.push(place);
    }
    left -= places.length;
    return { owner: showOwner(owner), fields: places };
  });
}

function messageOf(told: readonly Told[], count: number): string {
  const [first] = told;
  if (count === 1 && first !== undefined) {
    return `Apply failed with 1 conflict: conflict with ${first.owner}: ${first.fields.join('')}`;
  }
  const lines = told.flatMap(({ owner, fields }) => [
    `conflicts with ${owner}:`,
    ...fields.map((field) => `- ${field}`),
  ]);
  return `Apply failed with ${count} conflicts: ${lines.join('\n')}`;
}

function showOwner(owner: FieldOwner): string {
  const { manager, subresource, operation, apiVersion } = owner;
  const where = subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`;
  const how = operation === 'Update' ? ` using ${apiVersion}` : '';
  return `${JSON.stringify(manager)}${where}${how}`;
}

/** Returns the conflicts without the fields that the manager may take. */
export function remainingConflicts(conflicts: readonly Conflict[], allowed: FieldSet): Conflict[] {
  return conflicts
    .map((conflict) => ({ ...conflict, fields: conflict.fields.difference(allowed) }))
    .filter(({ fields }) => !fields.isEmpty);
}
