import { z } from 'zod';
import { CommandFailure, exitCodes } from '../exit-code.js';

const GROUP = 'client.authentication.k8s.io';
const VERSIONS = [`${GROUP}/v1`, `${GROUP}/v1beta1`] as const;

type ExecVersion = (typeof VERSIONS)[number];

const execInfo = z.object({ apiVersion: z.enum(VERSIONS), kind: z.literal('ExecCredential') });

/**
 * Returns the version in which a client wants its credential, from `KUBERNETES_EXEC_INFO`. Throws
 * CommandFailure for a version that is unknown.
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 */
export function execVersion(info: string | undefined): ExecVersion {
  if (info === undefined || info === '') return VERSIONS[0];
  const found = execInfo.safeParse(parsed(info));
  if (found.success) return found.data.apiVersion;
  const message = `KUBERNETES_EXEC_INFO names no ExecCredential of ${GROUP}/v1 or v1beta1`;
  const advice = `set exec.apiVersion of the kubeconfig to ${VERSIONS[0]}`;
  throw new CommandFailure(message, exitCodes.failed, advice);
}

export interface ExecToken {
  readonly token: string;
  readonly expiresAtSeconds?: number | undefined;
}

/** Returns the credential as a client of Kubernetes reads it. */
export function execCredential(
  apiVersion: ExecVersion,
  { token, expiresAtSeconds }: ExecToken,
): object {
  const expirationTimestamp =
    expiresAtSeconds === undefined ? undefined : timestampOf(expiresAtSeconds);
  return {
    apiVersion,
    kind: 'ExecCredential',
    status: { token, ...(expirationTimestamp !== undefined && { expirationTimestamp }) },
  };
}

/** Returns an RFC 3339 time in whole seconds; undefined beyond the times that Date knows. */
function timestampOf(seconds: number): string | undefined {
  const time = new Date(Math.floor(seconds) * 1_000);
  return Number.isNaN(time.valueOf()) ? undefined : time.toISOString().replace('.000Z', 'Z');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
