import { RemoteFault } from '../../domain/remote-fault.js';
import { type JsonBody, listOf, numberOf } from '../json-values.js';
import { timeOf } from './aws-answer.js';

/** Identity of a version of a parameter: numbers start again at 1 after a deletion. */
export interface ParameterVersion {
  readonly number: number;
  readonly changedAt: string;
}

/** Reads the identity of a version. Throws RemoteFault TargetFailed if there is none. */
export function versionIn(parameter: JsonBody | undefined): ParameterVersion {
  const number = numberOf(parameter?.['Version']);
  const changedAt = timeOf(parameter?.['LastModifiedDate']);
  if (number !== undefined && changedAt !== undefined) return { number, changedAt };
  throw notParameterStore();
}

/** Reads the versions on a page of a history. Throws RemoteFault TargetFailed if it is none. */
export function versionsIn(page: JsonBody): readonly ParameterVersion[] {
  const parameters = listOf(page['Parameters']);
  if (parameters !== undefined) return parameters.map(versionIn);
  throw notParameterStore();
}

/** Returns the identity of a version as text. */
export function versionText({ number, changedAt }: ParameterVersion): string {
  return `${number}@${changedAt}`;
}

/** Returns the version whose identity a text is. */
export function versionOf(text: string): ParameterVersion {
  const [number, ...rest] = text.split('@');
  return { number: Number(number), changedAt: rest.join('@') };
}

/**
 * Returns the versions of others that were current between the seen version and the written one.
 * If the seen version is not in the history, the parameter was deleted and created by others
 * meanwhile, and all its versions before the written one are theirs.
 */
export function overwrittenBy(
  written: number,
  seen: ParameterVersion,
  history: readonly ParameterVersion[],
): { readonly isRecreated: boolean; readonly overwritten: readonly string[] } {
  const isRecreated = !history.some((one) => versionText(one) === versionText(seen));
  const afterNumber = isRecreated ? 0 : seen.number;
  const others = history.filter(({ number }) => number > afterNumber && number < written);
  return { isRecreated, overwritten: others.map(versionText) };
}

/** Returns the failure of an answer that has not the members of the Parameter Store. */
export function notParameterStore(): RemoteFault {
  return new RemoteFault('TargetFailed', "the store does not answer as AWS' Parameter Store");
}
