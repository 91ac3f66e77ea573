import {
  type SpecWriteOptions,
  writeConditions,
} from '../../custom-resources/domain/write-conditions.js';
import type { SpecChangeInput, SpecPutInput } from './sharing.inputs.js';

/** Returns the options of a PUT of REST. Throws BadRequest for a condition without a meaning. */
export function putOptions({ dryRun, ifMatch, ifNoneMatch }: SpecPutInput): SpecWriteOptions {
  const headers = { 'if-match': ifMatch ?? undefined, 'if-none-match': ifNoneMatch ?? undefined };
  return { dryRun, ...writeConditions('PUT', headers) };
}

/** Returns the options of a DELETE of REST. Throws BadRequest for a condition without a meaning. */
export function deleteOptions({ dryRun, ifMatch }: SpecChangeInput): SpecWriteOptions {
  return { dryRun, ...writeConditions('DELETE', { 'if-match': ifMatch ?? undefined }) };
}
