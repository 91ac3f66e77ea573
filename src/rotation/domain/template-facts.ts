import type { RotationSpec } from './rotation-spec.js';

/**
 * Returns facts that templates may use in addition to generated keys. `username`: the user whose
 * password is generated; undefined if only the names are needed.
 */
export function templateFacts(
  { target }: Pick<RotationSpec, 'target'>,
  username: string | undefined,
): Readonly<Record<string, string>> {
  if (target.kind === 'none' || target.kind === 'webhook') return {};
  const { host, port } = target.server;
  return {
    host,
    port: String(port),
    username: username ?? '',
    ...(target.kind === 'postgresql' && { database: target.database }),
    ...(target.kind === 'mongodb' && { authDatabase: target.authDatabase }),
  };
}
