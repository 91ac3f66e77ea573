import type { RotationSpec } from './rotation-spec.js';

/**
 * What templates may use beside generated keys. `username`: whose password is generated; undefined
 * where only the names are asked for.
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
