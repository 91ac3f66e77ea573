import { SallyportError } from '../../core/errors/sallyport-error.js';
import type { SecretRef } from '../../secrets/domain/secret.js';
import type { VersionMetadata } from './version.js';

/** 404 where there is no history, or none that the caller may know of. */
export function historyNotFound({ name }: SecretRef): SallyportError {
  return new SallyportError('NotFound', `there are no versions of secrets "${name}"`);
}

/** 404 for a number or an alias that stands for nothing. */
export function versionNotFound({ name }: SecretRef, reference: string): SallyportError {
  return new SallyportError('NotFound', `version ${reference} of secrets "${name}" not found`);
}

/**
 * Why a version cannot be read or restored; undefined where it is live. That it is deleted is told
 * to whoever may see what versions there are; to others it is not there.
 */
export function stateRefusal(
  ref: SecretRef,
  { version, state }: Pick<VersionMetadata, 'version' | 'state'>,
  maySee: boolean,
): SallyportError | undefined {
  switch (state) {
    case 'live':
      return undefined;
    case 'destroyed':
      return destroyed(ref, version);
    case 'deleted':
      return maySee
        ? new SallyportError('NotFound', `version ${version} of secrets "${ref.name}" is deleted`, {
            members: { state: 'deleted' },
          })
        : versionNotFound(ref, String(version));
  }
}

/** 410: nothing brings it back. */
export function destroyed({ name }: SecretRef, version: number): SallyportError {
  return new SallyportError('Destroyed', `version ${version} of secrets "${name}" is destroyed`);
}

/** 409: the current version ends with the Secret, not before. */
export function isCurrent({ name }: SecretRef, version: number): SallyportError {
  return new SallyportError(
    'Conflict',
    `version ${version} of secrets "${name}" is the current one: write another, or delete the Secret`,
    { status: 409 },
  );
}

/** 409: its credential does not work any more. */
export function isRetired({ name }: SecretRef, version: number): SallyportError {
  return new SallyportError(
    'Conflict',
    `a rotation has retired the credential in version ${version} of secrets "${name}"; ` +
      'allowRetired restores it all the same',
    { status: 409 },
  );
}

/** 412 for a header, 409 for a body: what is current, and what the caller took for it. */
export function notCurrent(
  numbers: { readonly current: number | undefined; readonly expected: number | undefined },
  status: 409 | 412,
): SallyportError {
  const { current, expected } = numbers;
  const found =
    current === undefined
      ? 'the current version is not known yet'
      : `the current version is ${current}`;
  const named = expected === undefined ? 'not the one that was named' : `not ${expected}`;
  return new SallyportError('Conflict', `${found}, ${named}`, { status });
}

/** The same where there is no Secret. */
export function nothingCurrent(
  { name }: SecretRef,
  expected: number | undefined,
  status: 409 | 412,
): SallyportError {
  const named = expected === undefined ? '' : `, and so no version ${expected} of it`;
  return new SallyportError('Conflict', `secrets "${name}" is deleted${named}`, { status });
}
