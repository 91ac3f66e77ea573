import { type StatusCause, invalid } from '../model/api-status.js';
import { invalidValue, tooLong } from '../registry/field-errors.js';
import { isTrue } from './query-values.js';

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

export interface WriteOptions {
  readonly isDryRun: boolean;
  /** Owner of the fields that a write sets; never empty. */
  readonly fieldManager: string;
  /** Field manager as the client sent it. */
  readonly givenFieldManager: string;
  readonly fieldValidation: FieldValidation;
  readonly isForced: boolean;
}

const FIELD_MANAGER_BYTES_MAX = 128;

/** Reads the query parameters of all writes; throws 422 in the API server's words. */
export function writeOptions(
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
  query: URLSearchParams,
  userAgent: string,
): WriteOptions {
  const dryRun = query.getAll('dryRun');
  const validation = query.get('fieldValidation') ?? '';
  const givenFieldManager = query.get('fieldManager') ?? '';
  const causes = [
    ...dryRunCauses(dryRun),
    ...managerCauses(givenFieldManager),
    ...validationCauses(validation),
  ];
  if (causes.length > 0) throw invalid({ group: 'meta.k8s.io', kind }, '', causes);
  return {
    isDryRun: dryRun.length > 0,
    givenFieldManager,
    fieldManager: givenFieldManager || managerOf(userAgent),
    fieldValidation: isFieldValidation(validation) ? validation : 'Warn',
    isForced: isTrue(query.get('force')),
  };
}

function managerOf(userAgent: string): string {
  const slash = userAgent.indexOf('/');
  const prefix = (slash < 0 ? userAgent : userAgent.slice(0, slash)).slice(
    0,
    FIELD_MANAGER_BYTES_MAX,
  );
  return prefix || 'unknown';
}

function isFieldValidation(text: string): text is FieldValidation {
  return text === 'Strict' || text === 'Warn' || text === 'Ignore';
}

/** Checks `dryRun`, also for DeleteOptions. */
export function dryRunCauses(dryRun: readonly string[]): StatusCause[] {
  if (dryRun.every((value) => value === 'All')) return [];
  const listed = `[${dryRun.map((value) => JSON.stringify(value)).join(',')}]`;
  return [notSupported('dryRun', listed, '"All"')];
}

function validationCauses(value: string): StatusCause[] {
  if (value === '' || isFieldValidation(value)) return [];
  const supported = '"", "Ignore", "Strict", "Warn"';
  return [notSupported('fieldValidation', JSON.stringify(value), supported)];
}

/** A cause quotes the whole name, so a name that is too long has only that cause. */
function managerCauses(manager: string): StatusCause[] {
  const field = 'fieldManager';
  if (Buffer.byteLength(manager) > FIELD_MANAGER_BYTES_MAX) {
    return [tooLong(field, FIELD_MANAGER_BYTES_MAX)];
  }
  const unprintable = [...manager.matchAll(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu)];
  return unprintable.map(({ 0: character, index }) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    const position = Buffer.byteLength(manager.slice(0, index));
    const detail = `invalid character U+${code} (at position ${position})`;
    return invalidValue(field, manager, detail);
  });
}

function notSupported(field: string, value: string, supported: string): StatusCause {
  const message = `Unsupported value: ${value}: supported values: ${supported}`;
  return { reason: 'FieldValueNotSupported', message, field };
}
