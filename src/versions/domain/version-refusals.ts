import { SallyportError } from '../../core/errors/sallyport-error.js';
import type { SecretRef } from '../../secrets/domain/secret.js';
import type { VersionMetadata } from './version.js';

/** Returns 404 if there is no history, or none that the caller may know of. */
export function historyNotFound({ name }: SecretRef): SallyportError {
  return new SallyportError('NotFound', `there are no versions of secrets "${name}"`);
}

/** Returns 404 for an unknown number or alias. */
export function versionNotFound({ name }: SecretRef, reference: string): SallyportError {
  return new SallyportError('NotFound', `version ${reference} of secrets "${name}" not found`);
}

/**
 * Returns why a version cannot be read or restored; undefined if it is live. If the caller may list
 * versions, the error says that it is deleted; otherwise, that it is not found.
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

/** Returns 410: nothing restores it. */
export function destroyed({ name }: SecretRef, version: number): SallyportError {
  return new SallyportError('Destroyed', `version ${version} of secrets "${name}" is destroyed`);
}

/** Returns 409: the current version ends with the Secret, not before. */
export function isCurrent({ name }: SecretRef, version: number): SallyportError {
  return new SallyportError(
    'Conflict',
    `version ${version} of secrets "${name}" is the current one: write another, or delete the Secret`,
    { status: 409 },
  );
}

/** Returns 409: its credential does not work any more. */
export function isRetired({ name }: SecretRef, version: number): SallyportError {
  return new SallyportError(
    'Conflict',
    `a rotation has retired the credential in version ${version} of secrets "${name}"; ` +
      'allowRetired restores it all the same',
    { status: 409 },
  );
}

/** Returns 412 for a header, 409 for a body: names the current and the expected version. */
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

/** Returns the conflict if the Secret does not exist. */
export function nothingCurrent(
  { name }: SecretRef,
  expected: number | undefined,
  status: 409 | 412,
): SallyportError {
  const named = expected === undefined ? '' : `, and so no version ${expected} of it`;
  return new SallyportError('Conflict', `secrets "${name}" is deleted${named}`, { status });
}
