import type { SecretName } from '../connection/secret-name.js';
import { printable } from '../output/table.js';
import type { EditedStates } from './merge-edit.js';

/** Returns the lines above a document: how to edit it, and what was wrong with the last text. */
export function editComment(
  { namespace, name }: SecretName,
  problems: readonly string[] = [],
): readonly string[] {
  return [
    `Edit ${namespace}/${name}, then save this file and close the editor.`,
    'stringData has texts; data has other values, as base64.',
    'To remove a key, remove it here. An unchanged or empty file writes nothing.',
    ...(problems.length === 0 ? [] : ['', ...problems.map((line) => printable(line))]),
    '',
  ];
}

export interface ConflictFacts extends EditedStates {
  readonly conflicts: readonly string[];
  /** Last writer of the Secret, as far as it is known. */
  readonly writer: string | undefined;
}

/** Returns what both sides did to each key in conflict, without values. */
export function conflictLines(facts: ConflictFacts): readonly string[] {
  const { conflicts, writer, base, mine, theirs } = facts;
  const did = (values: EditedStates['base'], key: string): string => {
    if (!values.has(key)) return 'removed it';
    return base.has(key) ? 'changed it' : 'added it';
  };
  const author = writer === undefined ? 'others' : writer;
  return [
    `Conflict: ${author} changed keys that you have changed. Nothing was written yet.`,
    ...conflicts.map((key) => {
      return `${key}: you ${did(mine, key)}; ${author} ${did(theirs, key)}`;
    }),
    'The section theirs has their values. Correct stringData and data, then remove theirs.',
  ];
}
